/**
 * How a program gets into a simulated host: a shell script that runs as process 1 of new namespaces, puts the host's
 * file system together where only it sees it, makes that its root, and becomes the program.
 *
 *     lower: the cached Debian root (never written)  ┐
 *     upper: <base>/upper                            ┴─ overlay → /
 *     <base>/config → /etc/pgdrill   <base>/data → /var/lib/pgdrill   <base>/log → /var/log/pgdrill
 *     <base>/wal.img, where WAL has a disk of its own → /mnt, and its folder pg_wal → that of the data directory
 *
 * All mounts are in the host's own mount namespace: the machine's table of mounts stays as it was, and they are gone
 * with the host's last process.
 */
const script = `
set -eu
lower=$1 base=$2 name=$3; shift 3
root=$base/root
# /proc is still the machine's here, so this is our number as the machine counts.
read -r pid _ < /proc/self/stat
echo "$pid" > "$base/init"
echo "$name" > /proc/sys/kernel/hostname
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$base/upper,workdir=$base/work" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755,nosuid dev "$root/dev"
for device in null zero full random urandom; do
  : > "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s /proc/self/fd "$root/dev/fd"
mkdir "$root/dev/shm"
mount -t tmpfs -o mode=1777,nosuid,nodev shm "$root/dev/shm"
mount -t tmpfs -o mode=755,nosuid,nodev run "$root/run"
mount --bind "$base/config" "$root/etc/pgdrill"
mount --bind "$base/data" "$root/var/lib/pgdrill"
mount --bind "$base/log" "$root/var/log/pgdrill"
if [ -f "$base/wal.img" ]; then
  mount -o loop "$base/wal.img" "$root/mnt"
  mount --bind "$root/mnt/pg_wal" "$root/var/lib/pgdrill/data/pg_wal"
fi
cd "$root"
pivot_root . .machine
umount -l /.machine
exec chroot . "$@" < /dev/null
`;

/** Folders that the overlay's upper layer must hold so that the script finds its mount points. */
export const mountPoints = ['.machine', 'etc/pgdrill', 'var/lib/pgdrill', 'var/log/pgdrill'] as const;

/** The hosts see this path, and programs that the distribution installs are found in it. */
export const hostPath = '/usr/lib/postgresql/17/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The command that runs `argv` as process 1 of a host.
 * @param lower the cached root; `base`: the host's folders, see `hostFolders`
 */
export function enterArgv(lower: string, base: string, name: string, argv: readonly string[]): string[] {
  const namespaces = ['--mount', '--pid', '--ipc', '--uts', '--fork'];
  return ['unshare', ...namespaces, '--', 'sh', '-c', script, 'sh', lower, base, name, ...argv];
}
