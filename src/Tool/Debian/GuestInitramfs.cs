using System.IO.Compression;
using System.Text;

namespace Redoubt.Tool.Debian;

/// <summary>
/// The small user space that a Debian kernel starts as a guest: busybox, the kernel's own virtio modules, and a shell on the console.
/// </summary>
public static class GuestInitramfs
{
    /// <summary>The line that says that the shell is there.</summary>
    public const string Ready = "Redoubt guest ready";

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
        # A second shell on the screen, if there is one.
        [ -e /dev/fb0 ] && while :; do setsid -c sh -l; done </dev/tty1 >/dev/tty1 2>&1 &

        """;

    // Nothing here outlives the machine, so there is nothing to shut down in an orderly way.
    private const string Profile = """
        export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root TERM=${TERM:-vt100}
        PS1='\h:\w# '
        alias poweroff='poweroff -f' reboot='reboot -f' halt='halt -f'
        cd

        """;

    /// <summary>Everything but busybox and modules that decides over the bytes; a change of it makes another archive.</summary>
    public static string Recipe => string.Join('\n', [Inittab, Rc, Profile, .. s_folders]);

    /// <summary>Writes the archive, compressed with gzip.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="busybox">The statically linked program.</param>
    /// <param name="modules">Kernel modules in the order in which they are loaded: file name and content.</param>
    public static void Write(string path, byte[] busybox, IReadOnlyList<(string Name, byte[] Content)> modules)
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
        archive.Link("init", "bin/busybox");
        archive.Link("sbin/init", "../bin/busybox");
        archive.File("etc/inittab", Encoding.UTF8.GetBytes(Inittab));
        archive.File("etc/rc", Encoding.UTF8.GetBytes(Rc), executable: true);
        archive.File("etc/profile", Encoding.UTF8.GetBytes(Profile));
        archive.File("etc/passwd", "root::0:0:root:/root:/bin/sh\n"u8);
        foreach ((string name, byte[] content) in modules)
            archive.File($"lib/modules/{name}", content);
        archive.File("lib/modules/order", Encoding.UTF8.GetBytes(string.Concat(modules.Select(module => module.Name + "\n"))));
        archive.End();
    }
}
