using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

/// <summary>The kernel's whole state and the hardware's: a refused call changes nothing of it but its caller's x0 and the accounting.</summary>
internal sealed class Snapshot
{
    private const int Account = 0x180, AccountEnd = 0x1b0, Size = 0x800, Since = 32;
    private const int Cpus = 0x4_0000, CpuSize = 512;

    // Of the caller the harness itself writes the general registers and the syndrome.
    private const int General = 0, GeneralEnd = 0xf8, Syndrome = 0x108, SyndromeEnd = 0x110;

    private readonly Hardware _hardware;
    private readonly ulong _caller;
    private readonly byte[] _state;
    private readonly string _registers;

    private Snapshot(Hardware hardware, ulong caller)
    {
        _hardware = hardware;
        _caller = caller;
        _state = Comparable();
        _registers = Registers();
    }

    public static Snapshot Of(Rig rig, ulong caller) => new(rig.Hardware, caller);

    /// <summary>Nothing has changed since.</summary>
    public void AssertUnchanged(string what)
    {
        byte[] now = Comparable();
        int difference = _state.AsSpan().CommonPrefixLength(now);
        Assert.True(difference == _state.Length, $"{what} changes the state at {0x4042_0000 + difference:x}");
        Assert.Equal(_registers, Registers());
    }

    private byte[] Comparable()
    {
        byte[] state = Memory.State.ToArray();
        for (int vcpu = 0; vcpu < Limits.Vcpus; vcpu++)
            state.AsSpan(vcpu * Size)[Account..AccountEnd].Clear();
        for (int cpu = 0; cpu < Limits.Cpus; cpu++)
            state.AsSpan(Cpus + (cpu * CpuSize) + Since, 8).Clear();
        Span<byte> caller = state.AsSpan((int)_caller * Size);
        caller[General..GeneralEnd].Clear();
        caller[Syndrome..SyndromeEnd].Clear();
        return state;
    }

    private string Registers() => string.Join('\n', _hardware.Cores.Select(core => string.Join(' ',
        [.. core.System, .. core.Vectors, .. core.Virtual.Lists.Select(list => list.Value), core.Virtual.Hcr, core.Virtual.Vmcr,
            core.Vttbr, core.Hcr, core.Cptr, core.Vmpidr, core.Alarm ?? 0, core.Active, core.Enabled, core.Latched,
            (ulong)_hardware.Sent.Count, (ulong)_hardware.Firmware.Count, (ulong)_hardware.Forgotten, (ulong)_hardware.ForgottenPartitions])));
}
