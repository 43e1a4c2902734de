using CsCheck;
using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

/// <summary>Two CPUs full of hostile vCPUs: whatever they do, the invariants hold (<see cref="Invariants"/>) and interrupts come to an end.</summary>
public class FuzzTests
{
    private const int Kinds = 12;

    private static readonly ulong[] _guests = [2, 3, 18, 19];

    private static readonly Gen<ulong> _word = Gen.Frequency(
        (6, Gen.ULong[0, 8]),
        (2, Gen.ULong[0, 100]),
        (2, Gen.ULong[900, 5000]),
        (2, Gen.Int[0, 63].Select(bit => 1UL << bit)),
        (1, Gen.Const(~0UL)),
        (2, Gen.ULong));

    private static readonly Gen<Step> _step = Gen.Select(Gen.ULong[0, 1], Gen.Int[0, Kinds - 1], _word, _word, _word, _word)
        .Select(step => new Step(step.Item1, step.Item2, step.Item3, step.Item4, step.Item5, step.Item6));

    [Fact]
    public void NothingBreaksAnInvariant() => _step.Array[1, 150].Sample(steps =>
    {
        Rig rig = Boot();
        foreach (Step step in steps)
        {
            Do(rig, step);
            rig.SettleAll();
        }
    }, iter: 4000, threads: 1);

    private static void Do(Rig rig, Step step)
    {
        (ulong cpu, int kind, ulong a, ulong b, ulong c, ulong d) = step;
        Core core = rig.Hardware.Cores[cpu];
        ulong running = rig.Running(cpu);
        if (kind == 0)
            rig.Hardware.Counter += a & 0xf_ffff;
        else if (kind == 1)
            rig.Hardware.SetLine(40 + (a & 7), (b & 1) != 0);
        else if (running == Limits.NoVcpu)
            return;
        else if (kind < 7)
            rig.Call(cpu, a % (Call.Count + 1), b % 16, c, d, d ^ c, a, b, rig.Hardware.Counter + (d & 0xffff));
        else if (kind == 7)
            rig.Exception(cpu, a & 63, b & 0x1ff_ffff);
        else if (kind == 8)
            rig.Abort(cpu, ExceptionClass.DataAbort, b & 0x1ff_ffff, c, d & 0x7f_ffff_ffff);
        else if (!_guests.Contains(running))
            return;
        else if (kind == 9)
            Interrupt(rig, core, a);
        else if (kind == 10)
            core.SetTimer(a & 3, rig.Hardware.Counter + (b & 0xffff));
        else
            rig.WaitForInterrupt(cpu);
    }

    private static void Interrupt(Rig rig, Core core, ulong choice)
    {
        if (core.Virtual.Vmcr == 0)
            core.Virtual.LetThrough();
        ulong intid = core.Virtual.Acknowledge();
        if (intid == VirtualInterface.Nothing || (choice & 1) != 0)
            return;
        Assert.NotEqual(0UL, State.Vcpu(rig.Running(core.Number)).Enabled & (1UL << (int)intid));
        if (core.Virtual.End(intid) is { } physical)
            rig.Hardware.Deactivate(core, physical);
    }

    /// <summary>On each CPU a monitor with its guest, a service, and a guest without monitor; capabilities of all kinds for everybody.</summary>
    private static Rig Boot()
    {
        Rig rig = new(2);
        ulong monitor = rig.Add(PartitionFlags.Service, 0, 16);
        ulong service = rig.Add(PartitionFlags.Service, 1, 17);
        rig.Add(0, 2, 18);
        ulong lone = rig.Add(PartitionFlags.DefaultCacheable, 3, 19);
        rig.Serve(0, 2, 0);
        rig.Serve(16, 18, 1);
        ulong[] capabilities =
        [
            Capability.Pack(Capability.Event, 1, 7), Capability.Pack(Capability.Event, 16, 9), Capability.Pack(Capability.Event, 3, 11),
            Capability.Pack(Capability.Virtual, 2, 45), Capability.Pack(Capability.Virtual, 19, 33), Capability.Pack(Capability.Interrupt, 0, 40),
            Capability.Pack(Capability.Account, 19, 0), Capability.Pack(Capability.Vcpu, 3, 0), Capability.Pack(Capability.Vcpu, 17, 0),
            Capability.Pack(Capability.Virtual, 3, 27),
        ];
        for (int slot = 0; slot < capabilities.Length; slot++)
        {
            foreach (ulong partition in new[] { monitor, service, lone })
                rig.Grant(partition, (ulong)slot + 2, capabilities[slot]);
        }
        rig.Connect(40, Capability.Pack(Capability.Event, 0, 5));
        rig.Connect(41, Capability.Pack(Capability.Virtual, 2, 41));
        rig.Connect(42, Capability.Pack(Capability.Virtual, 19, 42));
        rig.Connect(43, Capability.Pack(Capability.Event, 17, 6));
        rig.Slots(0, (20, 0b0111, Rig.All), (20, 0b1011, 0));
        return rig.Boot();
    }

    private sealed record Step(ulong Cpu, int Kind, ulong A, ulong B, ulong C, ulong D);
}
