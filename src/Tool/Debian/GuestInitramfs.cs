using System.IO.Compression;
using System.Text;

namespace Redoubt.Tool.Debian;

/// <summary>
/// An initial RAM file system of busybox and some of the kernel's own modules for a Debian kernel that starts as a guest: either all the
/// user space that there is, or what finds the disk that has the rest.
/// </summary>
public sealed class GuestInitramfs
{
    /// <summary>The line that says that the shell of <see cref="Shell"/> is there.</summary>
    public const string Ready = "Redoubt guest ready";

    /// <summary>What <see cref="Shell"/> starts beside the shell, if another archive has put it there.</summary>
    public const string Phone = "/etc/rc.phone";

    private static readonly string[] s_folders = ["bin", "dev", "etc", "lib", "lib/modules", "proc", "root", "run", "sbin", "sys", "tmp", "usr", "usr/bin", "usr/sbin"];

    private const string Inittab = """
        ::sysinit:/etc/rc
        ::respawn:/bin/cttyhack /bin/sh -l
        ::ctrlaltdel:/bin/reboot -f

        """;

    private const string Rc = $"""
        #!/bin/sh
        /bin/busybox mount -t devtmpfs devtmpfs /dev
        /bin/busybox mount -t proc proc /proc
        /bin/busybox mount -t sysfs sysfs /sys
        /bin/busybox --install -s
        mkdir -p /dev/pts
        mount -t devpts devpts /dev/pts
        for module in $(cat /lib/modules/order); do insmod "/lib/modules/$module"; done
        [ "$(hostname)" = "(none)" ] && hostname linux
        echo
        echo "{Ready}: $(uname -sr), $(nproc) CPU(s)"
        # On the screen, if there is one, the phone's software or a second shell.
        if [ -x {Phone} ]; then
          {Phone} &
        elif [ -e /dev/fb0 ]; then
          while :; do setsid -c sh -l; done </dev/tty1 >/dev/tty1 2>&1 &
        fi

        """;

    // Nothing here outlives the machine, so there is nothing to shut down in an orderly way.
    private const string Profile = """
        export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root TERM=${TERM:-vt100}
        PS1='\h:\w# '
        alias poweroff='poweroff -f' reboot='reboot -f' halt='halt -f'
        cd

        """;

    // The words of the command line are those that initramfs-tools(7) knows.
    private const string MountRoot = """
        #!/bin/sh
        /bin/busybox mount -t devtmpfs devtmpfs /dev
        /bin/busybox mount -t proc proc /proc
        /bin/busybox mount -t sysfs sysfs /sys
        /bin/busybox --install -s
        for module in $(cat /lib/modules/order); do insmod "/lib/modules/$module"; done
        root= init=/sbin/init mode=ro
        for word in $(cat /proc/cmdline); do
          case $word in
            root=*) root=${word#root=} ;;
            init=*) init=${word#init=} ;;
            ro|rw) mode=$word ;;
          esac
        done
        if mount -t ext4 -o "$mode" "$root" /root; then
          umount /sys /proc
          mount --move /dev /root/dev
          exec switch_root /root "$init"
        fi
        echo "there is no ext4 file system on \"$root\": the kernel's command line says where, as root=/dev/vda, and the system needs a disk"
        exec sh

        """;

    private readonly string[] _modules;
    private readonly (string Path, string Content, bool Executable)[] _files;
    private readonly (string Path, string Target)[] _links;

    private GuestInitramfs(string name, string[] modules, (string Path, string Content, bool Executable)[] files, (string Path, string Target)[] links)
    {
        (Name, _modules, _files, _links) = (name, modules, files, links);
    }

    /// <summary>A whole small user space, with a shell on the console.</summary>
    public static GuestInitramfs Shell { get; } = new(
        "busybox",
        ["virtio_mmio", "virtio_console", "virtio-rng", "arm_smccc_trng", "virtio_pci", "virtio_blk", "virtio_net", "virtio_input", "evdev"],
        [("etc/inittab", Inittab, false), ("etc/rc", Rc, true), ("etc/profile", Profile, false), ("etc/passwd", "root::0:0:root:/root:/bin/sh\n", false)],
        [("init", "bin/busybox"), ("sbin/init", "../bin/busybox")]);

    /// <summary>Mounts the disk that the kernel's command line names by <c>root=</c> and starts the system on it.</summary>
    public static GuestInitramfs Disk { get; } = new("initrd", ["virtio_pci", "virtio_blk", "crc32c_generic", "ext4"], [("init", MountRoot, true)], []);

    /// <summary>Modules that any of them has, without those that they depend on.</summary>
    public static IEnumerable<string> AllModules => Shell._modules.Union(Disk._modules);

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>Tells it from others, of other versions of this tool too, that are made of the same busybox and modules.</summary>
    public string Recipe => CacheName.Of([.. s_folders, .. _modules, .. _files.Select(file => file.ToString()), .. _links.Select(link => link.ToString())]);

    /// <summary>Writes the archive, compressed with gzip.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="busybox">The statically linked program.</param>
    /// <param name="modules">A folder that has the kernel's modules.</param>
    public void Write(string path, byte[] busybox, string modules)
    {
        using FileStream file = File.Create(path);
        // The header that this stream writes has neither name nor time.
        using GZipStream gzip = new(file, CompressionLevel.Fastest);
        CpioArchive archive = new(gzip);
        foreach (string folder in s_folders)
            archive.Folder(folder);
        archive.Characters("dev/console", 5, 1);
        archive.File("bin/busybox", busybox, executable: true);
        archive.Link("bin/sh", "busybox");
        foreach ((string link, string target) in _links)
            archive.Link(link, target);
        foreach ((string name, string content, bool executable) in _files)
            archive.File(name, Encoding.UTF8.GetBytes(content), executable);
        IReadOnlyList<(string Name, byte[] Content)> collected = KernelModules.Collect(modules, _modules);
        foreach ((string name, byte[] content) in collected)
            archive.File($"lib/modules/{name}", content);
        archive.File("lib/modules/order", Encoding.UTF8.GetBytes(string.Concat(collected.Select(module => module.Name + "\n"))));
        archive.End();
    }
}
