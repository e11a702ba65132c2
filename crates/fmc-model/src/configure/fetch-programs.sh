#
# Fetches the programs that no package brings: each file of the list, one to a line,
#
#   NAME VERSION SHA-256 URL MEMBER=PATH...
#
# where MEMBER is a member of an archive, or `-` for the file itself. Nothing is put into its place
# that has another digest. What is there and right is left alone, so nothing is asked of the network.
#
# With --once it tries once, and says by its status whether all is there; else until all is. What cannot
# be had is asked for again after 15 seconds. What was had and is of no use is so the next time too,
# until somebody mends it: each time, twice as long goes by before it is had again, up to 10 minutes.
set -u
umask 022

list=/etc/fmc/programs
kept=/var/lib/fmc/programs
pause=15
longest=600
now=0

say() {
    echo "$name $version: $*" >&2
}

# Whether the file $2 has the SHA-256 $1.
has() {
    test -f "$2" && echo "$1  $2" | sha256sum --check --status
}

# Whether all of it is in its place, as it was put there. What came out of an archive has no digest that
# was known before, so that of each file was written down: under the digest of the archive and of what
# was wanted of it.
is_there() {
    case $takes in
    -=*) has "$digest" "${takes#-=}" ;;
    *) test -f "$record" && sha256sum --check --status "$record" 2>/dev/null ;;
    esac
}

# Puts the file $1 into the place $2: whoever starts it gets the old one or all of the new one.
place() {
    chmod 755 "$1" && mv -f "$1" "$2" || return
    # Where there is SELinux, a file keeps the label of where it was made.
    ! command -v restorecon >/dev/null || restorecon "$2"
}

# Brings the file itself, unless somebody has put it there.
bring() {
    has "$digest" "$file" && return
    if ! curl --globoff --fail --silent --show-error --location --connect-timeout 20 --retry 2 \
        --speed-limit 1000 --speed-time 60 --output "$file.part" "$url"; then
        say "cannot be fetched from $url"
        return 1
    fi
    if ! has "$digest" "$file.part"; then
        say "refused: what $url gives is $(sha256sum "$file.part" | cut -c 1-64), and $digest was pinned"
        rest
        return 1
    fi
    mv -f "$file.part" "$file"
}

# Lets a file rest, twice as long as the last time. Time is what went by between two rounds: clocks are
# not right at the start. A digest is of such letters as the name of a variable.
rest() {
    eval "span=\${span_$digest:-$pause}"
    eval "due_$digest=$((now + span))"
    span=$((span * 2))
    test $span -le $longest || span=$longest
    eval "span_$digest=$span"
}

is_resting() {
    eval "test $now -lt \${due_$digest:-0}"
}

# Lays everything beside its place, and only then puts it there.
unpack() {
    for take in $takes; do
        path=${take#*=}
        mkdir -p "${path%/*}" || return
        case ${take%%=*} in
        -) cp "$file" "$path.fmc-new" ;;
        *) tar --extract --gzip --to-stdout --file "$file" -- "${take%%=*}" >"$path.fmc-new" ;;
        esac || return
        test -s "$path.fmc-new" || return
    done
    for take in $takes; do
        place "${take#*=}.fmc-new" "${take#*=}" || return
    done
    for take in $takes; do
        sha256sum "${take#*=}" || return
    done >"$record.new" && mv -f "$record.new" "$record"
}

fetch() {
    file=$kept/$digest
    record=$kept/$(echo "$digest $takes" | sha256sum | cut -c 1-64).installed
    is_there && return
    ! is_resting || return 1
    bring && { unpack || { rest; false; }; }
    status=$?
    # What has its digest and could not be unpacked is kept: it needs not be fetched again.
    if test $status -eq 0; then
        say "is in its place"
        rm -f "$file"
    else
        rm -f "$file.part"
        for take in $takes; do
            rm -f "${take#*=}.fmc-new"
        done
    fi
    return $status
}

once() {
    failed=0
    while read -r name version digest url takes; do
        case $name in
        '' | '#'*) continue ;;
        esac
        fetch </dev/null || failed=1
    done <"$list"
    return $failed
}

mkdir -p "$kept" || exit
test "${1-}" != --once || { once; exit; }
# Names may not resolve before the resolver of the cloud is there, certificates are not valid before
# the clock is right, and a mirror may be mended: none of it is a reason to give up.
until once; do
    sleep $pause
    now=$((now + pause))
done
