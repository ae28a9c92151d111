"""From the packages' tree to the root of the box: read-only, the same for every box."""

import shutil
import stat
from pathlib import Path

from image_build.definition import FOLDER, Definition, Disk
from image_build.running import inside, run

BOOT_FILES = "usr/lib/dose-appliance/boot"
"""What an update takes from a root to make it bootable."""
WRITABLE = stat.S_IWGRP | stat.S_IWOTH
EMPTY = ("var", "run", "tmp", "boot", "home", "srv", "media", "mnt", "opt", "root")
GONE = (
    *("vmlinuz", "vmlinuz.old", "initrd.img", "initrd.img.old"),
    *("etc/apt", "etc/dpkg", "etc/cron.d", "etc/cron.daily", "etc/init.d", "etc/kernel"),
    *("etc/initramfs", "etc/hostname", "etc/resolv.conf", "etc/localtime", "etc/motd"),
    *("etc/passwd-", "etc/group-", "etc/shadow-", "etc/gshadow-", "etc/subuid-", "etc/subgid-"),
    *("etc/update-motd.d", "etc/.pwd.lock", "etc/rc*.d", "etc/ssh/ssh_host_*", "etc/logrotate.d"),
    *("usr/lib/systemd/system-generators/systemd-ssh-generator", "etc/runit", "etc/sv"),
)
LINKS = {
    "etc/resolv.conf": "../run/systemd/resolve/stub-resolv.conf",
    "etc/localtime": "../run/dose-appliance/localtime",
    "etc/dose-appliance/appliance.toml": "/run/dose-appliance/appliance.toml",
    "etc/mtab": "../proc/self/mounts",
}
MASKED = (
    "systemd-bless-boot.service",  # the health gate alone calls a slot good
    *("systemd-boot-random-seed.service", "systemd-boot-update.service"),
    *("systemd-bootctl.socket", "e2scrub_all.timer", "dpkg-db-backup.timer"),
    *("systemd-firstboot.service", "systemd-machine-id-commit.service"),
    *("systemd-journal-catalog-update.service", "systemd-update-done.service"),
    *("systemd-hwdb-update.service", "systemd-binfmt.service"),
)
MOUNTS = """\
# Made by the image build. Root is read-only; what lasts is on the data partition.
{first} {folder} vfat {looked_at} 0 0
{data} /data ext4 {kept} 0 2
tmpfs /var tmpfs rw,nosuid,nodev,noexec,mode=0755,size=25% 0 0
/data/appliance /var/lib/dose-appliance none bind,nosuid,nodev,noexec 0 0
/data/systemd /var/lib/systemd none bind,nosuid,nodev,noexec 0 0
/data/log/journal /var/log/journal none bind,nosuid,nodev,noexec 0 0
"""
KEPT = (
    "rw,nosuid,nodev,noexec,noatime,errors=remount-ro,"
    "x-systemd.growfs,x-systemd.device-timeout=5min"
)
"""A slow disk of a busy machine is waited for: without its data the box is none."""
LOOKED_AT = (
    "rw,nosuid,nodev,noexec,noatime,umask=0077,nofail,"
    "x-systemd.automount,x-systemd.idle-timeout=10s"
)
"""The boot partition has no journal: it is mounted only while somebody looks at it."""


def overlay(tree: Path, definition: Definition, repository: Path) -> None:
    """Add the files of ``image-build/root`` and of the project's units, and those made here."""
    shutil.copytree(FOLDER / "root", tree, symlinks=True, dirs_exist_ok=True)
    install_units(tree, repository)
    (tree / "etc/fstab").write_text(mounts(definition.disk))
    for folder in ("data", definition.disk.first.lstrip("/"), "etc/dose-appliance"):
        (tree / folder).mkdir(exist_ok=True)


def mounts(disk: Disk) -> str:
    """``fstab``."""
    by_label = "/dev/disk/by-partlabel/{}"
    return MOUNTS.format(
        first=by_label.format(disk.partitions[0].label),
        folder=disk.first,
        looked_at=LOOKED_AT,
        data=by_label.format("data"),
        kept=KEPT,
    )


def install_units(tree: Path, repository: Path) -> None:
    """The units, users and folders of the appliance, as a plain installation has them."""
    if (repository / "systemd").exists():
        run("make", "-C", str(repository), "--silent", "install-units", f"DESTDIR={tree}")


def settle(tree: Path, version: str, epoch: int) -> None:
    """Users, what starts by itself, names; whatever differs from build to build goes."""
    inside(tree, "systemd-sysusers", epoch=epoch)
    inside(tree, "usermod", "--lock", "--expiredate", "1", "root")
    _release(tree, version, f"{version}-{epoch}")
    clean(tree)
    for name, target in LINKS.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).unlink(missing_ok=True)
        (tree / name).symlink_to(target)
    shutil.rmtree(tree / "etc/systemd/system")
    (tree / "etc/systemd/system").mkdir()
    inside(tree, "systemctl", "--root=/", "--quiet", "preset-all")
    for name in MASKED:
        (tree / "etc/systemd/system" / name).symlink_to("/dev/null")
    _only_root_writes(tree)


def _only_root_writes(tree: Path) -> None:
    """Whatever umask the working copy was made with."""
    for path in tree.rglob("*"):
        mode = path.lstat().st_mode
        if mode & WRITABLE and (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            path.chmod(stat.S_IMODE(mode) & ~WRITABLE)


def clean(tree: Path) -> None:
    """Leave nothing of the installation itself."""
    for pattern in GONE:
        for path in (*tree.glob(pattern), tree / pattern):  # glob passes over links to nowhere
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    for name in EMPTY:
        shutil.rmtree(tree / name)
        (tree / name).mkdir(mode=0o755)
    (tree / "etc/machine-id").write_text("")
    (tree / "etc/hostname").write_text("dose-appliance\n")
    (tree / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")


def squash(tree: Path, file: Path, epoch: int) -> None:
    """The root as one file; every time in it is the same."""
    file.unlink(missing_ok=True)
    run(
        *("mksquashfs", str(tree), str(file), "-quiet", "-no-progress", "-noappend"),
        *("-comp", "zstd", "-Xcompression-level", "9", "-b", "256K"),
        *("-all-time", str(epoch), "-mkfs-time", str(epoch), "-no-exports"),
    )


def _release(tree: Path, version: str, image_id: str) -> None:
    file = tree / "usr/lib/os-release"
    lines = [line for line in file.read_text().splitlines() if not line.startswith("PRETTY_NAME=")]
    added = (
        f'PRETTY_NAME="Dose appliance {version}"',
        *("IMAGE_ID=dose-appliance", f"IMAGE_VERSION={version}", f"BUILD_ID={image_id}"),
    )
    file.write_text("\n".join((*lines, *added)) + "\n")
