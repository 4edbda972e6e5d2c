# Makes Cargo.lock out of Cargo.lock.in, which holds every version and checksum and no address: that of the registry is
# the one that this machine's Cargo uses.
set -eu
cargo generate-lockfile --quiet
source=$(grep --max-count 1 '^source = ' Cargo.lock)
sed "s|^source = .*|$source|" Cargo.lock.in > Cargo.lock
