using System.Diagnostics;
using Redoubt.Proof.Programs;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>The harness program, and QEMU that runs it.</summary>
internal sealed class Harness : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("redoubt-conformance").FullName;
    private readonly ElfProgram _program;

    public Harness()
    {
        Run("aarch64-linux-gnu-as", "-march=armv8-a", "-o", "harness.o", Path.Combine(AppContext.BaseDirectory, "Conformance", "harness.S"));
        Run("ld.lld", "-Ttext=0x40080000", "-o", "harness", "harness.o");
        _program = ElfProgram.Read(Path.Combine(_folder, "harness"));
    }

    /// <summary>Address of the records.</summary>
    public static ulong Batch => 0x5000_0000;

    public ulong Slot => _program.AddressOf("slot");

    public ulong Literals => _program.AddressOf("literals");

    /// <summary>The words at the literals' address.</summary>
    public ulong Literal(int number) => _program.ConstantAt(Literals + (ulong)(number * 8), 8)!.Value;

    /// <summary>Runs a batch, its first record being the count, and returns what became of it.</summary>
    public byte[] Run(byte[] batch)
    {
        File.WriteAllBytes(Path.Combine(_folder, "batch"), batch);
        Run("qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a72", "-m", "512", "-nic", "none", "-display", "none", "-serial", "none", "-monitor", "none",
            "-semihosting-config", "enable=on,target=native", "-kernel", "harness", "-device", $"loader,file=batch,addr=0x{Batch:x},force-raw=on");
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
