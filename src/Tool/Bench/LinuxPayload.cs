using System.Buffers.Binary;
using System.IO.Compression;
using Redoubt.Tool.Builds;
using Redoubt.Tool.Debian;

namespace Redoubt.Tool.Bench;

/// <summary>
/// The files that the systems bench-linux name: Debian's kernel, unchanged, behind a shim that tells when it is entered, and an initial RAM
/// file system whose /init tells when it is reached.
/// </summary>
internal static class LinuxPayload
{
    private const string Shim = "BenchShim", Init = "BenchInit";

    /// <summary>The shim's room before the kernel, which wants to stand on a multiple of it (tests/programs/BenchShim/start.S).</summary>
    private const int ShimSize = 2 << 20;

    /// <summary>Fields of an arm64 Linux Image (Linux, Documentation/arch/arm64/booting.rst).</summary>
    private const int ImageSizeOffset = 16, MagicOffset = 56;

    /// <summary>The shim with the kernel behind it: a Linux Image as well.</summary>
    public static string Kernel { get; } = Path.Combine(Workspace.Artifacts, "bench", "linux.img");

    /// <summary>The initial RAM file system.</summary>
    public static string Initrd { get; } = Path.Combine(Workspace.Artifacts, "bench", "initrd");

    /// <summary>Makes both.</summary>
    public static void Make(Action<string> note)
    {
        IReadOnlyDictionary<string, string> programs = Programs.Build([Shim, Init], note);
        byte[] kernel = ReadKernel(new DebianArtifacts(note).Kernel);
        note("putting the shim before the kernel");
        Files.Write(Kernel, path => File.WriteAllBytes(path, Compose(programs[Shim], kernel)));
        Files.Write(Initrd, path => WriteInitrd(path, programs[Init]));
    }

    private static byte[] ReadKernel(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
        {
            using GZipStream stream = new(new MemoryStream(file), CompressionMode.Decompress);
            using MemoryStream result = new();
            stream.CopyTo(result);
            file = result.ToArray();
        }

        return file.Length > MagicOffset && file.AsSpan(MagicOffset).StartsWith("ARM\x64"u8)
            ? file
            : throw new UserError($"{path} is no Linux Image for arm64");
    }

    private static byte[] Compose(string shim, byte[] kernel)
    {
        byte[] flat = Copy(shim, "binary");
        if (flat.Length > ShimSize)
            throw new UserError($"{Path.GetFileName(shim)} is longer than {ShimSize} bytes");
        byte[] image = new byte[ShimSize + kernel.Length];
        flat.CopyTo(image, 0);
        kernel.CopyTo(image, ShimSize);
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(kernel.AsSpan(ImageSizeOffset));
        BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(ImageSizeOffset), ShimSize + size);
        return image;
    }

    private static void WriteInitrd(string path, string init)
    {
        using FileStream file = File.Create(path);
        CpioArchive archive = new(file);
        archive.Folder("dev");
        archive.Characters("dev/console", 5, 1);
        archive.Characters("dev/urandom", 1, 9);
        archive.File("init", Copy(init, "elf64-littleaarch64"), executable: true);
        archive.End();
    }

    /// <summary>A program without its debugging data, in a format of objcopy's.</summary>
    private static byte[] Copy(string elf, string format)
    {
        string copy = Path.Combine(Workspace.Artifacts, "bench", $"{Path.GetFileNameWithoutExtension(elf)}.{format}");
        Files.Write(copy, path =>
        {
            Subprocess.Result result = Subprocess.Run("aarch64-linux-gnu-objcopy", ["--strip-all", "-O", format, elf, path]);
            if (result.Status != 0)
                throw new UserError(result.Text);
        });
        return File.ReadAllBytes(copy);
    }
}
