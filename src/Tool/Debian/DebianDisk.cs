using System.Text.RegularExpressions;
using Redoubt.Tool.Machines;

namespace Redoubt.Tool.Debian;

/// <summary>
/// Makes a disk with a Debian for arm64. dpkg unpacks the packages on this machine, which can't execute them; what they do when they are
/// configured, they do on the machine that they are for, QEMU's, when the disk is booted for the first time.
/// </summary>
/// <param name="folder">Where to work: an empty folder.</param>
/// <param name="note">Told what goes on, a line at a time.</param>
internal sealed class DebianDisk(string folder, Action<string> note)
{
    /// <summary>The file has holes where nothing was written.</summary>
    private const string Size = "8G";

    /// <summary>Many times what it takes, which is a minute or three.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(30);

    /// <summary>What Debian can't be without, what systemd and apt need to be of use, then what a person expects.</summary>
    private static readonly string[] s_packages =
    [
        "?essential", "usr-is-merged", "login", "passwd", "systemd", "systemd-sysv", "systemd-resolved", "libpam-systemd", "dbus", "udev", "kmod", "e2fsprogs", "apt",
        "iproute2", "iputils-ping", "procps", "netbase", "wget", "less", "nano",
    ];

    /// <summary>The kernel's modules for hardware that such a machine has not, and which are most of them.</summary>
    private static readonly string[] s_leftOut =
    [
        "sound", "drivers/ata", "drivers/gpu", "drivers/hid", "drivers/hwmon", "drivers/iio", "drivers/infiniband", "drivers/media", "drivers/mmc", "drivers/mtd",
        "drivers/net/dsa", "drivers/net/ethernet", "drivers/net/phy", "drivers/net/usb", "drivers/net/wireless", "drivers/nvme", "drivers/scsi", "drivers/staging", "drivers/usb",
    ];

    /// <summary>
    /// A preinst can't be executed here and is left out; of the packages of a new system only that of base-passwd does something. The links of
    /// a merged /usr are there before the first package that has files behind them.
    /// </summary>
    private static readonly string s_unpack = $$"""
        set -eu
        export PATH="$PATH:/usr/sbin:/sbin"
        umask 022
        mkdir -p root/usr/bin root/usr/sbin root/usr/lib root/var/lib/dpkg/info root/var/lib/dpkg/updates root/etc/apt/sources.list.d packages
        for name in bin sbin lib; do ln -s "usr/$name" "root/$name"; done
        : > root/var/lib/dpkg/status
        echo arm64 > root/var/lib/dpkg/arch
        for archive in archives/*.deb; do
          if dpkg-deb --info "$archive" preinst > /dev/null 2>&1; then
            dpkg-deb --raw-extract "$archive" package
            rm package/DEBIAN/preinst
            dpkg-deb -Znone --build package "packages/${archive##*/}"
            rm -r package
          else
            mv "$archive" packages/
          fi
        done
        dpkg --root="$PWD/root" --log=/dev/null --force-unsafe-io --force-depends --force-architecture --no-triggers --unpack packages/*.deb
        rm root/var/lib/dpkg/arch
        dpkg-deb --fsys-tarfile kernel.deb |
          tar -x -C root --keep-directory-symlink {{string.Concat(s_leftOut.Select(name => $"--exclude='*/kernel/{name}' "))}}--wildcards '*/lib/modules/*'
        install -m 755 first-boot root/first-boot
        install -m 644 sources root/etc/apt/sources.list.d/debian.sources
        mke2fs -q -t ext4 -L debian -d root disk {{Size}}
        """;

    /// <summary>
    /// What the first boot executes in place of systemd. First the packages that others expect to be configured without saying so (Debian Policy
    /// 3.8), then all. If something fails it ends, and so does the machine.
    /// </summary>
    private const string FirstBoot = $$"""
        #!/bin/sh
        export PATH=/usr/sbin:/usr/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
        set -e
        if [ "$0" = /first-boot ]; then
          mount -t tmpfs tmpfs /run
          mv "$0" /run
          exec /run/first-boot
        fi
        mount -t proc proc /proc
        mount -t sysfs sysfs /sys
        mount -t tmpfs tmpfs /tmp
        cp /usr/share/base-passwd/passwd.master /etc/passwd
        cp /usr/share/base-passwd/group.master /etc/group
        dpkg --force-depends --configure base-passwd base-files libc6 mawk perl-base debconf
        dpkg --configure --pending
        depmod
        passwd -d root
        echo debian > /etc/hostname
        printf '127.0.0.1\tlocalhost\n127.0.1.1\tdebian\n::1\tlocalhost\n' > /etc/hosts
        echo '/dev/vda / ext4 errors=remount-ro 0 1' > /etc/fstab
        echo LANG=C.UTF-8 > /etc/default/locale
        printf '[Match]\nType=ether\n\n[Network]\nDHCP=yes\n' > /etc/systemd/network/80-ethernet.network
        systemctl enable systemd-networkd
        mkdir -p /etc/systemd/system.conf.d
        printf '[Manager]\nDefaultTimeoutStartSec=15min\nDefaultDeviceTimeoutSec=15min\n' > /etc/systemd/system.conf.d/slow-machine.conf
        sync
        mount -o remount,ro /
        echo
        echo "{{Configured}}"
        echo o > /proc/sysrq-trigger
        while :; do :; done

        """;

    /// <summary>What Linux says, before much that is of no use here, when the first boot ends by an error.</summary>
    private const string Panic = "Kernel panic - not syncing";

    private const string Configured = "The disk is ready";

    /// <summary>Tells a disk that is made in another way from others.</summary>
    public static string Recipe => CacheName.Of([s_unpack, FirstBoot, .. s_packages]);

    /// <summary>Makes the disk, a raw file.</summary>
    /// <param name="apt">Where packages come from.</param>
    /// <param name="sources">The sources that the system has in turn, in deb822 form.</param>
    /// <param name="kernelArchive">The kernel's package, for its modules.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="initramfs">What mounts the disk.</param>
    /// <returns>Path of the file.</returns>
    /// <exception cref="UserError">A package can't be had or does not do what it should.</exception>
    public string Make(Apt apt, string sources, string kernelArchive, string kernel, string initramfs)
    {
        note("reading the package lists of Debian for arm64");
        apt.Update();
        note("downloading the packages of a small Debian (arm64)");
        apt.DownloadAll(Path.Combine(folder, "archives"), s_packages);
        int packages = Directory.GetFiles(Path.Combine(folder, "archives"), "*.deb").Length;
        note($"unpacking {packages} packages into a disk");
        Unpack(sources, kernelArchive);
        string disk = Path.Combine(folder, "disk");
        Configure(
            new QemuMachine
            {
                Kernel = kernel,
                Initrd = initramfs,
                CommandLine = "console=ttyAMA0 quiet panic=-1 root=/dev/vda rw init=/first-boot",
                Virtualization = false,
                Disk = disk,
                DiskWrites = DiskWrites.KeepInTheEnd,
                Extra = ["-no-reboot"],
            },
            packages);
        return disk;
    }

    private void Unpack(string sources, string kernelArchive)
    {
        File.WriteAllText(Path.Combine(folder, "unpack"), s_unpack);
        File.WriteAllText(Path.Combine(folder, "first-boot"), FirstBoot);
        File.WriteAllText(Path.Combine(folder, "sources"), sources);
        File.CreateSymbolicLink(Path.Combine(folder, "kernel.deb"), kernelArchive);
        // Files belong to root on the disk, whoever makes it.
        string[] command = Environment.IsPrivilegedProcess ? ["sh", "unpack"] : ["fakeroot", "sh", "unpack"];
        Subprocess.Result result = Subprocess.Run(command[0], command[1..], folder);
        if (result.Status != 0)
            throw new UserError($"cannot unpack Debian's packages into a disk: {Tail(result.Text)}");
    }

    private void Configure(QemuMachine machine, int packages)
    {
        using RunningMachine running = RunningMachine.Start(machine);
        int from = 0;
        for (int done = 1; running.Console.Wait(new Regex(@"^Setting up (\S+) ", RegexOptions.Multiline), from, s_patience) is { } package; done++)
        {
            note($"configuring Debian on its disk, in QEMU: {done} of {packages}, {package.Groups[1].Value}");
            from = package.Index + package.Length;
        }

        if (running.WaitForExit(s_patience) != 0 || !running.Console.Text.Contains(Configured, StringComparison.Ordinal))
            throw new UserError($"Debian's packages could not be configured in QEMU: {Tail(running.Console.Text.Split(Panic)[0])}");
    }

    private static string Tail(string text)
    {
        const int Lines = 10;
        return string.Join('\n', text.TrimEnd().Split('\n').TakeLast(Lines));
    }
}
