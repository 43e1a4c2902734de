using CsCheck;
using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

/// <summary>vCPUs that share a CPU, in any order: each finds in the registers what it left there, and nothing of the others.</summary>
public class SwitchTests
{
    private const int Vcpus = 5, Services = 2;
    private const ulong Length = 1000;

    // Beginning and end of the registers in Core.System that every vCPU has, that guests have, that newer CPUs have.
    private const int User = 5, Guest = 25, Ras = 25, Sme = 26;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void RegistersAreEachVcpusOwn(bool ras, bool sme) => Gen.Int[0, Vcpus].Array[1, 60].Sample(steps =>
    {
        Rig rig = Boot(ras, sme);
        Core core = rig.Hardware.Cores[0];
        Dictionary<ulong, ulong[]> left = [];
        ulong next = 1;
        foreach (int step in steps)
        {
            ulong running = rig.Running();
            if (running != Limits.NoVcpu)
            {
                int[] own = Own(running, ras, sme);
                if (left.TryGetValue(running, out ulong[]? expected))
                    Assert.Equal(expected, Registers(core, running, own));
                Fill(core, running, own, ref next);
                left[running] = Registers(core, running, own);
            }
            if (step == Vcpus)
                Leave(rig);
            else
                Wake(rig, (ulong)step);
        }
    }, iter: 500, threads: 1);

    [Fact]
    public void AServiceLeavesTheGuestsRegistersWhereTheyAre()
    {
        Rig rig = Rigs.Family();
        Core core = rig.Hardware.Cores[0];
        Array.Fill(core.Vectors, 7UL);
        core.System[Register.Ttbr0El1 - Register.System] = 8;
        rig.CallMonitor();
        Assert.Equal(Rigs.Guest, State.Cpu(0).Resident);
        Assert.Equal((7UL, 8UL), (core.Vectors[63], core.System[Register.Ttbr0El1 - Register.System]));
        Assert.NotEqual(0UL, core.Cptr & (1 << 10));
        rig.Wait();
        Assert.Equal(0UL, core.Cptr & (1 << 10));
    }

    [Fact]
    public void AGuestWithoutCachesHasCacheableMemoryIfConfigured()
    {
        Rig rig = Rigs.Family();
        Assert.Equal(0UL, rig.Hardware.Cores[0].Hcr & (1 << 12));
        rig.WaitForInterrupt();
        Assert.Equal(Rigs.Lone, rig.Running());
        Assert.NotEqual(0UL, rig.Hardware.Cores[0].Hcr & (1 << 12));
    }

    /// <summary>vCPUs of one partition share a VMID, and so what the TLB holds; those of different partitions don't.</summary>
    [Fact]
    public void TranslationsOfASiblingAreForgotten()
    {
        Rig rig = new();
        rig.Add(0, 0, 1);
        rig.Add(0, 2);
        rig.Slots(0, (Length, 0b001, 0), (Length, 0b100, 0), (Length, 0b001, 0), (Length, 0b010, 0));
        rig.Boot();
        List<int> forgotten = [];
        for (int slot = 0; slot < 9; slot++)
        {
            forgotten.Add(rig.Hardware.ForgottenPartitions);
            rig.PassSlot(Length);
        }
        Assert.Equal([1, 2, 2, 3, 4, 4, 4, 5, 6], forgotten);
    }

    /// <summary>Whoever runs leaves the CPU: by waiting, or at the end of its time slot.</summary>
    private static void Leave(Rig rig)
    {
        if (rig.Running() < Services)
            rig.Wait();
        rig.PassSlot(Length);
    }

    private static void Wake(Rig rig, ulong index)
    {
        if (index >= Services)
        {
            rig.PassSlot(Length);
            return;
        }
        rig.Hardware.SetLine(40 + index, true);
        rig.Settle();
        rig.Hardware.SetLine(40 + index, false);
        rig.Hardware.Deactivate(rig.Hardware.Cores[0], 40 + index);
    }

    private static int[] Own(ulong index, bool ras, bool sme) =>
        index < Services ? [.. Enumerable.Range(0, User)]
        : [.. Enumerable.Range(0, Guest), .. ras ? new[] { Ras } : [], .. sme ? new[] { Sme } : []];

    private static ulong[] Registers(Core core, ulong index, int[] own) =>
        index < Services ? [.. own.Select(register => core.System[register])]
        : [.. own.Select(register => core.System[register]), .. core.Vectors, core.Fpcr, core.Fpsr,
            core.Virtual.Vmcr, core.Virtual.ActivePriorities0, core.Virtual.ActivePriorities1];

    private static void Fill(Core core, ulong index, int[] own, ref ulong next)
    {
        foreach (int register in own)
            core.System[register] = next++;
        if (index < Services)
            return;
        core.SetTimer(2, next++);
        for (int i = 0; i < core.Vectors.Length; i++)
            core.Vectors[i] = next++;
        (core.Fpcr, core.Fpsr) = (next++, next++);
        (core.Virtual.Vmcr, core.Virtual.ActivePriorities0, core.Virtual.ActivePriorities1) = (next++, next++, next++);
    }

    /// <summary>Two services, and three guests with a time slot each.</summary>
    private static Rig Boot(bool ras, bool sme)
    {
        Rig rig = new();
        rig.Hardware.Identification[32] = ras ? 1UL << 28 : 0;
        rig.Hardware.Identification[33] = sme ? 1UL << 24 : 0;
        for (ulong index = 0; index < Vcpus; index++)
            rig.Add(index < Services ? PartitionFlags.Service : 0, index);
        for (ulong index = 0; index < Services; index++)
            rig.Connect(40 + index, Capability.Pack(Capability.Event, index, 0));
        rig.Slots(0, (Length, 0b00111, 0), (Length, 0b01011, 0), (Length, 0b10011, 0));
        return rig.Boot();
    }
}
