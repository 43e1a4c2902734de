using System.IO.Compression;
using System.Text;
using Redoubt.Tool.Debian;

namespace Redoubt.Tool.Builds;

/// <summary>The phone's ordinary software (<c>src/Handset</c>), a Linux program, as a part of an initial RAM file system.</summary>
public static class HandsetBuild
{
    private const string Name = "handset";

    // Of the package libc6-dev-arm64-cross, against which the program is linked.
    private const string LibraryFolder = "/usr/aarch64-linux-gnu/lib";

    private static readonly string[] s_programs = ["handset", "libSkiaSharp.so"], s_libraries = ["ld-linux-aarch64.so.1", "libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0"];

    // QEMU's user-mode network is the same each time (its documentation, "SLIRP"). The kernel's own cursor would blink in the picture.
    private const string Start = """
        #!/bin/sh
        ip link set lo up
        if [ -e /sys/class/net/eth0 ]; then
          ip link set eth0 up
          ip addr add 10.0.2.15/24 dev eth0
          ip route add default via 10.0.2.2
          # What the owner told the banking app, if there is a bank.
          tftp -g -r handset -l /etc/handset 10.0.2.2 2>/dev/null
        fi
        # Linux forgets how a line is set when nobody has it open.
        if [ -e /dev/hvc1 ]; then
          exec 3<>/dev/hvc1
          stty raw -echo <&3
        fi
        echo 0 >/sys/class/graphics/fbcon/cursor_blink
        while :; do /opt/handset/handset; sleep 1; done

        """;

    private static string Folder => Path.Combine(Workspace.Artifacts, Name);

    /// <summary>Path of an initial RAM file system: one with a shell, and the phone's software.</summary>
    /// <param name="shell">The one with a shell.</param>
    /// <param name="note">Told what goes on.</param>
    /// <exception cref="UserError">The program doesn't build.</exception>
    public static string Initramfs(string shell, Action<string> note)
    {
        string project = Path.Combine(Workspace.Root, "src/Handset/Handset.csproj"), published = Path.Combine(Folder, "linux-arm64");
        DotnetBuild.Run(
            Name,
            [project],
            [Path.GetDirectoryName(project)!, Path.Combine(Workspace.Root, "src/Typeface/fonts"), .. Programs.BuildSettings()],
            note,
            "-t:Publish",
            "-p:RuntimeIdentifier=linux-arm64",
            $"-p:PublishDir={published}/");
        string path = Path.Combine(Folder, $"handset-{CacheName.Of([Path.GetFileName(shell), Start, .. s_programs, .. s_libraries])}.cpio.gz");
        using IDisposable held = Files.Lock(Path.Combine(Folder, "lock"), () => note("waiting for another run"));
        if (!File.Exists(path) || File.GetLastWriteTimeUtc(path) < File.GetLastWriteTimeUtc(Path.Combine(published, Name)))
            Files.Write(path, temporary => Write(temporary, shell, published));
        return path;
    }

    /// <summary>Linux unpacks archives that follow each other, one over the other.</summary>
    private static void Write(string path, string shell, string published)
    {
        using FileStream file = File.Create(path);
        using (FileStream first = File.OpenRead(shell))
            first.CopyTo(file);
        using GZipStream gzip = new(file, CompressionLevel.Fastest);
        CpioArchive archive = new(gzip);
        archive.Folder("opt");
        archive.Folder("opt/handset");
        foreach (string name in s_programs)
            archive.File($"opt/handset/{name}", File.ReadAllBytes(Path.Combine(published, name)), executable: true);
        foreach (string name in s_libraries)
            archive.File($"lib/{name}", File.ReadAllBytes(Path.Combine(LibraryFolder, name)), executable: true);
        archive.File(GuestInitramfs.Phone[1..], Encoding.UTF8.GetBytes(Start), executable: true);
        archive.End();
    }
}
