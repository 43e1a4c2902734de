using System.Diagnostics;
using Redoubt.Proof.Programs;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>A harness program, and QEMU that runs it at EL2.</summary>
internal sealed class Harness : IDisposable
{
    /// <summary>Address of the records.</summary>
    public const ulong Batch = 0x5000_0000;

    private readonly string _folder = Directory.CreateTempSubdirectory("redoubt-conformance").FullName;
    private readonly string _processor;

    /// <summary>Assembles a program.</summary>
    /// <param name="source">Its source, a file of this folder.</param>
    /// <param name="processor">The processor that it is for, as QEMU calls it.</param>
    public Harness(string source, string processor)
    {
        _processor = processor;
        string sources = Path.Combine(AppContext.BaseDirectory, "Conformance");
        Run("aarch64-linux-gnu-as", "-march=armv8-a", "-I", sources, "-o", "harness.o", Path.Combine(sources, source));
        Run("ld.lld", "-Ttext=0x40080000", "-o", "harness", "harness.o");
        Program = ElfProgram.Read(Path.Combine(_folder, "harness"));
    }

    /// <summary>An Armv8.0 processor, and one with all extensions that QEMU has.</summary>
    public const string Plain = "cortex-a72", Extended = "max";

    /// <summary>The program.</summary>
    public ElfProgram Program { get; }

    /// <summary>Runs a batch, its first record being the count, and returns what became of it.</summary>
    /// <param name="batch">The records.</param>
    /// <param name="more">What else is put into memory, and where.</param>
    public byte[] Run(byte[] batch, params (ulong Address, byte[] Content)[] more)
    {
        List<string> arguments =
        [
            "-M", "virt,virtualization=on,gic-version=3", "-cpu", _processor, "-m", "1024", "-nic", "none", "-display", "none", "-serial", "none", "-monitor", "none",
            "-semihosting-config", "enable=on,target=native", "-kernel", "harness",
        ];
        foreach ((ulong address, byte[] content) in more.Prepend((Batch, batch)))
        {
            File.WriteAllBytes(Path.Combine(_folder, $"{address:x}"), content);
            arguments.AddRange("-device", $"loader,file={address:x},addr=0x{address:x},force-raw=on");
        }

        Run("qemu-system-aarch64", [.. arguments]);
        return File.ReadAllBytes(Path.Combine(_folder, "result"));
    }

    public void Dispose() => Directory.Delete(_folder, true);

    private void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardError = true,
        })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {error}");
    }
}
