using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

public class BootTests
{
    private const ulong CpuOn = 0xc400_0003;

    [Fact]
    public void TheOtherCpusAreStartedByTheirAffinity()
    {
        Rig rig = new Rig(6).Boot();
        Assert.Equal(
            [(1, 1), (2, 2), (3, 3), (0x100, 4), (0x101, 5)],
            rig.Hardware.Firmware.Select(call => ((int)call.A1, (int)call.A3)));
        Assert.All(rig.Hardware.Firmware, call => Assert.Equal((CpuOn, BootCpu.Entry), (call.Function, call.A2)));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData((4UL << 26) | 2)]
    [InlineData((5UL << 26) | 3)]
    public void AMachineWithoutTheNeededListRegistersIsNotServed(ulong virtualInterface)
    {
        Rig rig = new();
        rig.Hardware.VirtualInterface = virtualInterface;
        Assert.Throws<KernelStopped>(() => rig.Boot());
    }

    [Fact]
    public void AForeignConfigurationIsNotServed()
    {
        Rig rig = new();
        State.Config.Magic++;
        Assert.Throws<KernelStopped>(() => rig.Boot());
    }

    [Fact]
    public void OnlyConfiguredInterruptsAreEnabledWhateverWasLeftBehind()
    {
        Rig rig = Rigs.Unbooted();
        rig.Hardware.LeaveBehind(35);
        rig.Hardware.LeaveBehind(200);
        rig.Hardware.LeaveBehind(Rigs.DeviceInterrupt);
        rig.Boot();
        for (ulong intid = 32; intid < 256; intid++)
        {
            Assert.Equal(intid == Rigs.DeviceInterrupt, rig.Hardware.IsEnabled(intid));
            Assert.False(rig.Hardware.IsActive(intid));
        }
    }

    [Fact]
    public void InterruptsAreRoutedToTheCpuOfTheirVcpu()
    {
        Rig rig = new(6);
        rig.Add(PartitionFlags.Service, State.IndexOf(5, 3));
        rig.Connect(77, Capability.Pack(Capability.Event, State.IndexOf(5, 3), 1));
        rig.Boot();
        Assert.Equal(0x101UL, rig.Hardware.Route(77));
        rig.Call(5, Call.Wait, ~0UL);
        rig.Hardware.SetLine(77, true);
        rig.SettleAll();
        Assert.Equal(2UL, State.Vcpu(State.IndexOf(5, 3)).X[1]);
    }

    [Fact]
    public void EachCpuHasTheKernelsOwnInterrupts()
    {
        Rig rig = new(3);
        foreach (Core core in rig.Hardware.Cores)
            (core.Enabled, core.Active) = (~0U, ~0U);
        rig.Boot();
        Assert.All(rig.Hardware.Cores, core => Assert.Equal((0x0e00_0001U, 0U), (core.Enabled, core.Active)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NewTrapsAreClearedWhereTheCpuHasThem(bool has)
    {
        Rig rig = new();
        rig.Hardware.Identification[56] = has ? 1UL << 56 : 0;
        rig.Hardware.Identification[57] = has ? 1UL << 40 : 0;
        rig.Boot();
        Assert.Equal(has, rig.Hardware.Registers.ContainsKey(BootCpu.FineTraps));
        Assert.Equal(has, rig.Hardware.Registers.ContainsKey(BootCpu.Extensions));
    }

    [Fact]
    public void AVcpuStartsAsConfigured()
    {
        Rig rig = new Rig();
        rig.Add(0, 0, 1);
        rig.Boot();
        ref VcpuState vcpu = ref State.Vcpu(1);
        Assert.Equal([0x1001UL, 1], Rigs.Registers(1, 0, 2));
        Assert.Equal((0x10_1000UL, 0x3c5UL), (vcpu.Pc, vcpu.Pstate));
        rig.WaitForInterrupt();
        Assert.Equal((1UL << 31) | 1, rig.Hardware.Cores[0].Vmpidr);
    }

    [Fact]
    public void WhatWasSentToACpuBeforeItBootedArrives()
    {
        Rig rig = new(2);
        ulong sender = rig.Add(PartitionFlags.Service, 0);
        rig.Add(PartitionFlags.Service, 16, 17);
        rig.Grant(sender, 0, Capability.Pack(Capability.Event, 16, 4));
        rig.Grant(sender, 1, Capability.Pack(Capability.Event, 17, 5));
        rig.Boot(0);
        Assert.Equal(Status.Ok, rig.Call(0, Call.Notify, 0));
        Assert.Equal(Status.Ok, rig.Call(0, Call.Notify, 1));
        rig.Hardware.Cores[1].Latched = 0;
        rig.Boot(1);
        rig.SettleAll();
        Assert.Equal((1UL << 4, 1UL << 5), (State.Vcpu(16).Events, State.Vcpu(17).Events));
    }
}
