# SPDX-License-Identifier: GPL-2.0-only
# awk -v except=ROWS -f circles.awk FILE...: circles among the files of one folder.
#
# x.c and x.h are one file, "x". x needs y of the same folder when it includes y.h, or calls a
# function that y defines, whatever header declares it. C is read as this tree writes it: a function
# begins at the left margin, its name in lower case.
#
# ROWS, one a line, "FOLDER | FILE FILE ...": what these files need of each other is not checked. A
# row that excuses no circle is an error too.

# The line without comments, strings and characters.
function strip(s,   out, mark, i) {
	gsub(/\\./, "", s)
	out = ""
	while (s != "") {
		mark = in_comment ? "*/" : match(s, /\/\*|"|'/) ? substr(s, RSTART, RLENGTH) : ""
		if (mark == "")
			return out s
		if (!in_comment) {
			out = out substr(s, 1, RSTART - 1) " "
			s = substr(s, RSTART + RLENGTH)
			in_comment = mark == "/*"
			if (in_comment)
				mark = "*/"
		}
		i = index(s, mark)
		if (!i)
			return out
		s = substr(s, i + length(mark))
		in_comment = 0
	}
	return out
}

function need(x, y, how) {
	if (x == y || (x, y) in edge)
		return
	edge[x, y] = how
	needs[x] = needs[x] " " y
}

function add_include(   header, folder) {
	if (!match($0, /"[^"]+"/))
		return
	header = substr($0, RSTART + 1, RLENGTH - 2)
	folder = header
	if (header !~ /\.h$/ || !sub(/\/[^\/]*$/, "", folder) || folder != dir)
		return
	sub(/\.h$/, "", header)
	need(node, header, FILENAME ":" FNR ": includes " header ".h")
}

# A call as far as the text shows: a name and a parenthesis, of no struct's member.
function add_calls(s,   before, name) {
	while (match(s, /[a-z_][a-z_0-9]*\(/)) {
		before = RSTART > 1 ? substr(s, RSTART - 1, 1) : " "
		name = substr(s, RSTART, RLENGTH - 1)
		s = substr(s, RSTART + RLENGTH)
		if (before !~ /[A-Za-z0-9.>]/ && !((FILENAME, name) in called))
			called[FILENAME, name] = FNR
	}
}

# `head`: what stands before the brace of something at the left margin.
function add_definition(head,   name, own) {
	gsub(/__attribute__ *\(\([^)]*\)+/, "", head)
	if (head ~ /=/ || !match(head, /[a-z_][a-z_0-9]*\(/))
		return
	name = substr(head, RSTART, RLENGTH - 1)
	own = head ~ /(^|[ \t])static[ \t]/
	if (own)
		mine[FILENAME, name] = 1
	if (!own || FILENAME ~ /\.h$/) {
		defined[dir, name] = node
		n_defined++
	}
}

function braces(s,   i, c) {
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "{") {
			if (depth++ == 0)
				add_definition(head)
			head = ""
		} else if (c == "}") {
			depth--
		} else if (depth == 0) {
			head = c == ";" ? "" : head c
		}
	}
}

# The shortest way from x back to x.
function circle_from(x,   queue, came, n, i, k, m, ys, y) {
	queue[n = 1] = x
	for (i = 1; i <= n; i++) {
		m = split(needs[queue[i]], ys, " ")
		for (k = 1; k <= m; k++) {
			y = ys[k]
			if ((queue[i], y) in excused)
				continue
			if (y == x)
				return path_to(came, queue[i], x) " " x
			if (!(y in came)) {
				came[y] = queue[i]
				queue[++n] = y
			}
		}
	}
	return ""
}

function path_to(came, y, x,   path) {
	path = y
	while (y != x)
		path = (y = came[y]) " " path
	return path
}

function report(path,   n, step, i, folder) {
	n = split(path, step, " ")
	folder = step[1]
	sub(/\/[^\/]*$/, "", folder)
	printf "%s/: a circle of %d files\n", folder, n - 1
	for (i = 1; i < n; i++) {
		printf "  %s\n", edge[step[i], step[i + 1]]
		told[step[i]] = 1
	}
	bad++
}

function read_exceptions(   n, rows, i, col, m, files, k, l) {
	n = split(except, rows, "\n")
	for (i = 1; i <= n; i++) {
		if (split(rows[i], col, "|") != 2)
			continue
		gsub(/[ \t]/, "", col[1])
		m = split(col[2], files, " ")
		exception[++n_exceptions] = rows[i]
		for (k = 1; k <= m; k++)
			for (l = 1; l <= m; l++)
				if (k != l)
					row_of[col[1] "/" files[k], col[1] "/" files[l]] = n_exceptions
	}
}

# The rows count only where there is a circle without them.
function apply_exceptions(   x, path, n, step, i, pair) {
	for (x in needs) {
		if ((path = circle_from(x)) == "")
			continue
		n = split(path, step, " ")
		for (i = 1; i < n; i++)
			if ((step[i], step[i + 1]) in row_of)
				used[row_of[step[i], step[i + 1]]] = 1
	}
	for (pair in row_of)
		excused[pair] = 1
	for (i = 1; i <= n_exceptions; i++)
		if (!used[i]) {
			printf "the exception is not needed: %s\n", exception[i]
			bad++
		}
}

FNR == 1 {
	dir = node = FILENAME
	sub(/\/[^\/]*$/, "", dir)
	sub(/\.[ch]$/, "", node)
	nodes[++n_nodes] = node
	in_comment = depth = 0
	head = ""
}

/^[ \t]*#[ \t]*include/ { add_include() }

{
	line = strip($0)
	if (line ~ /^[ \t]*#/ || in_macro) {
		in_macro = line ~ /\\$/ || $0 ~ /\\$/
		if (line !~ /^[ \t]*#[ \t]*include/)
			add_calls(line)
		next
	}
	if (depth > 0 || line ~ /{/)
		add_calls(line)
	braces(line " ")
}

END {
	for (call in called) {
		split(call, part, SUBSEP)
		dir = node = part[1]
		sub(/\/[^\/]*$/, "", dir)
		sub(/\.[ch]$/, "", node)
		if ((dir, part[2]) in defined && !(call in mine))
			need(node, defined[dir, part[2]],
			     part[1] ":" called[call] ": calls " part[2] "() of " defined[dir, part[2]])
	}
	if (!n_defined) {
		print "check-layers: no function found"
		exit 1
	}
	read_exceptions()
	apply_exceptions()
	for (i = 1; i <= n_nodes; i++)
		if (!(nodes[i] in told) && (path = circle_from(nodes[i])) != "")
			report(path)
	if (!bad)
		printf "check-layers: %d functions checked, no circle\n", n_defined
	exit bad > 0
}
