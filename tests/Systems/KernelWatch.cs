using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Redoubt.Abi;
using Redoubt.Image;
using Redoubt.Tool.Machines;

namespace Redoubt.Systems;

/// <summary>A machine with one CPU whose kernel can be looked into from outside: QEMU stops it for that moment.</summary>
internal sealed class KernelWatch : IDisposable
{
    private const uint Wfi = 0xd503_207f;

    // GICR_ISENABLER0 and GICR_ISACTIVER0 after RD_base, GICD_ISENABLER1 and GICD_ISACTIVER1 (IHI 0069, 12.11 and 12.9).
    private const ulong OwnEnabled = 0x1_0100, OwnActive = 0x1_0300, SharedEnabled = 0x104, SharedActive = 0x304;

    private readonly MachineControl _control = new();
    private readonly SystemImage _image;
    private readonly string _file = Path.GetTempFileName();

    /// <summary>Boots it.</summary>
    /// <param name="machine">What boots.</param>
    /// <param name="image">The image that it boots.</param>
    public KernelWatch(QemuMachine machine, SystemImage image)
    {
        _image = image;
        Machine = Machine.Boot(machine, _control);
    }

    /// <summary>The machine.</summary>
    public Machine Machine { get; }

    /// <summary>What the kernel holds now.</summary>
    public KernelState Look() => Await(_ => true, "outside the kernel");

    /// <summary>What the kernel holds when nobody runs.</summary>
    public KernelState AwaitRest() => Await(state => state.IsAtRest, "at rest");

    /// <summary>What the kernel holds when nobody runs, and the registers of a partition are in memory.</summary>
    public KernelState AwaitRest(string partition) => Await(state => state.IsAtRest && !state.IsResident(partition), $"at rest without {partition}'s registers");

    /// <inheritdoc/>
    public void Dispose()
    {
        Machine.Dispose();
        _control.Dispose();
        File.Delete(_file);
    }

    private KernelState Await(Func<KernelState, bool> isSo, string what)
    {
        Stopwatch time = Stopwatch.StartNew();
        string last = "the kernel at work";
        while (time.Elapsed < Machine.Patience)
        {
            _control.Execute("stop");
            KernelState? state = IsKernelAtWork() ? null : Read();
            _control.Execute("cont");
            if (state is not null && isSo(state))
                return state;
            last = state?.Summary ?? last;
        }

        throw Machine.Failure($"the machine is never {what}, but {last}");
    }

    /// <summary>The kernel doesn't work while EL1 or EL0 runs, nor while it sleeps, which is after a WFI.</summary>
    private bool IsKernelAtWork()
    {
        string registers = _control.Monitor("info registers");
        if (!registers.Contains(" EL2", StringComparison.Ordinal))
            return false;
        ulong pc = Number(registers, "PC=([0-9a-f]+)");
        return BitConverter.ToUInt32(Memory(pc - sizeof(uint), sizeof(uint))) != Wfi;
    }

    private KernelState Read()
    {
        ulong distributor = _image.Config.Distributor, own = _image.Config.Cpus[0].Redistributor;
        ulong[] registers = [own + OwnEnabled, own + OwnActive, distributor + SharedEnabled, distributor + SharedActive];
        uint[] interrupts = [.. registers.Select(register => (uint)Number(_control.Monitor($"xp /1xw 0x{register:x}"), ": 0x([0-9a-f]+)"))];
        return new KernelState(_image, Memory(KernelState.Start, KernelState.Size), interrupts);
    }

    private byte[] Memory(ulong address, int size)
    {
        _control.Execute("pmemsave", new JsonObject { ["val"] = address, ["size"] = size, ["filename"] = _file });
        return File.ReadAllBytes(_file);
    }

    private static ulong Number(string text, string pattern) => ulong.Parse(Regex.Match(text, pattern).Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
