#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# httpd.pl FOLDER: serves its files on a free port of the loopback, which it prints. One request at a
# time, GET only: what the command-line tests need, of perl-base alone.
use strict;
use warnings;
use IO::Socket::INET;

my $dir = shift;
my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 8, ReuseAddr => 1)
    or die "httpd: $!\n";
$| = 1;
print $listen->sockport, "\n";
while (my $c = $listen->accept) {
	my $request = <$c> // '';
	while (my $line = <$c>) { last if $line =~ /^\r?\n$/ }
	my ($path) = $request =~ m{^GET (/\S*) HTTP};
	if (defined $path && $path !~ /\.\./ && open my $f, '<:raw', "$dir$path") {
		local $/;
		my $body = <$f>;
		print $c "HTTP/1.0 200 OK\r\nContent-Length: ", length $body, "\r\n\r\n", $body;
	} else {
		print $c "HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n";
	}
	close $c;
}
