#!/usr/bin/env bash
# Puts together the root of the image out of the Debian it runs on: the programs, the libraries that they load, what those
# look up, and what says which packages it comes from, so that scanners know it and licences are there. Nothing else.
#
#   root.sh PROGRAMS ROOT
set -euo pipefail
programs=$1
root=$2
list=$(mktemp)

# Notes a file, and what it points to where it is a link, by the names that they have once no directory is a link.
note() {
    local path place
    for path in "$@"; do
        place=$(realpath "$(dirname "$path")")/$(basename "$path")
        echo "$place" >>"$list"
        [ ! -L "$place" ] || echo "$(realpath "$place")" >>"$list"
    done
}

libraries() { ldd "$1" | grep -oE '/[^ ]+' || true; }

note /usr/bin/ssh /etc/ssl/certs/ca-certificates.crt /etc/os-release /etc/debian_version
for program in "$programs"/* /usr/bin/ssh; do
    # shellcheck disable=SC2046
    note $(libraries "$program")
done
# Whose they are: dpkg knows a file by the name it was shipped under, which may be without /usr.
mapfile -t files < <(sort -u "$list")
packages=$({ dpkg-query -S "${files[@]}" "${files[@]#/usr}" 2>/dev/null || true; } | sed -n 's/^\([^:, ]*\).*/\1/p' | sort -u)
# The zones of schedules; those that count leap seconds, and the copies of the rest, are for others.
find /usr/share/zoneinfo \( -type f -o -type l \) -not -path '*/right/*' -not -path '*/posix/*' >>"$list"
for package in $packages ca-certificates tzdata; do
    [ ! -e "/usr/share/doc/$package/copyright" ] || note "/usr/share/doc/$package/copyright"
    mkdir -p "$root/var/lib/dpkg/status.d"
    dpkg-query -s "$package" >"$root/var/lib/dpkg/status.d/$package"
done

sort -u "$list" | sed "s|^/||" | tar --create --directory=/ --no-recursion --files-from=- |
    tar --extract --directory="$root" --preserve-permissions
rm "$list"
for directory in bin lib lib64 sbin; do
    mkdir -p "$root/usr/$directory"
    ln -s "usr/$directory" "$root/$directory"
done
install -d "$root/usr/local/bin" "$root/etc" "$root/usr/lib/ssl"
install -d -m 1777 "$root/tmp"
cp -a "$programs"/* "$root/usr/local/bin"
# Where libcrypto looks for certificates of its own accord.
ln -s /etc/ssl/certs/ca-certificates.crt "$root/usr/lib/ssl/cert.pem"
echo 'root:x:0:0:root:/root:/usr/sbin/nologin
swiftlet:x:10001:10001:swiftlet:/data:/usr/sbin/nologin' >"$root/etc/passwd"
echo 'root:x:0:
swiftlet:x:10001:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
