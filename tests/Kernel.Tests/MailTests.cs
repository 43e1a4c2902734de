using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

/// <summary>Events and virtual interrupts from other CPUs.</summary>
public class MailTests
{
    // CPU 1 has a service (rank 0) that waits or is busy, and a guest; CPUs 0 and 2 have a service each that sends.
    private const ulong Receiver = 16, Guest = 17, First = 0, Second = 32;
    private const ulong Early = 0, ToReceiver = 1, ToGuest = 2;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnEventArrives(bool waits)
    {
        Rig rig = Boot(waits);
        rig.Call(0, Call.Notify, ToReceiver);
        rig.SettleAll();
        if (!waits)
            rig.Wait(1);
        Assert.Equal(Receiver, rig.Running(1));
        Assert.Equal([Status.Ok, 1UL << 10, FaultKind.None], Rigs.Registers(Receiver, 0, 3));
    }

    [Fact]
    public void AVirtualInterruptArrives()
    {
        Rig rig = Boot(true);
        rig.Call(0, Call.Notify, ToGuest);
        rig.SettleAll();
        Assert.Equal(1UL << 40, State.Vcpu(Guest).Pending);
    }

    [Fact]
    public void ACpuIsToldOnceOfMuchMail()
    {
        Rig rig = Boot(true);
        for (int i = 0; i < 5; i++)
        {
            rig.Call(0, Call.Notify, ToReceiver);
            rig.Call(2, Call.Notify, ToGuest);
        }
        Assert.Single(rig.Hardware.Sent);
        rig.SettleAll();
        Assert.Equal((1UL << 10, 1UL << 40), (State.Vcpu(Receiver).X[1], State.Vcpu(Guest).Pending));
    }

    [Fact]
    public void EveryCpuReachesEveryOther()
    {
        for (ulong from = 0; from < Limits.Cpus; from++)
        {
            Rig rig = new(Limits.Cpus);
            for (ulong cpu = 0; cpu < Limits.Cpus; cpu++)
                rig.Add(PartitionFlags.Service, State.IndexOf(cpu, 0));
            for (ulong to = 0; to < Limits.Cpus; to++)
                rig.Grant(from, to, Capability.Pack(Capability.Event, State.IndexOf(to, 0), from));
            rig.Boot();
            for (ulong to = 0; to < Limits.Cpus; to++)
                Assert.Equal(Status.Ok, rig.Call(from, Call.Notify, to));
            rig.SettleAll();
            for (ulong to = 0; to < Limits.Cpus; to++)
                Assert.Equal(1UL << (int)from, State.Vcpu(State.IndexOf(to, 0)).Events);
        }
    }

    /// <summary>Two CPUs send while the third takes: in all orders everything arrives and no mail is left.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NothingIsLostInAnyOrder(bool waits)
    {
        Rig rig = null!;
        int orders = Interleaver.Explore(
            () =>
            {
                rig = Boot(waits);
                rig.Call(0, Call.Notify, Early);
                return rig.Hardware;
            },
            [
                () => rig.Call(0, Call.Notify, ToReceiver),
                () => rig.TakeInterrupt(1),
                () => rig.Call(2, Call.Notify, ToGuest),
            ],
            () =>
            {
                rig.SettleAll();
                ref VcpuState receiver = ref State.Vcpu(Receiver);
                Assert.Equal((1UL << 9) | (1UL << 10), receiver.Events | (waits ? receiver.X[1] : 0));
                Assert.Equal(1UL << 40, State.Vcpu(Guest).Pending);
                Assert.Equal((0UL, 0UL, 0UL), (State.Cpu(1).Inbox, receiver.InboxEvents, State.Vcpu(Guest).InboxVirtual));
            });
        Assert.True(orders > 500, $"{orders} orders");
    }

    /// <summary>Two CPUs send to each other while each takes.</summary>
    [Fact]
    public void NothingIsLostBothWays()
    {
        Rig rig = null!;
        int orders = Interleaver.Explore(
            () =>
            {
                rig = Boot(false);
                rig.Call(0, Call.Notify, Early);
                return rig.Hardware;
            },
            [
                () =>
                {
                    rig.Call(0, Call.Notify, ToReceiver);
                    rig.Settle(0);
                },
                () =>
                {
                    rig.Settle(1);
                    rig.Call(1, Call.Notify, 0);
                },
            ],
            () =>
            {
                rig.SettleAll();
                Assert.Equal(((1UL << 9) | (1UL << 10), 1UL << 11), (State.Vcpu(Receiver).Events, State.Vcpu(First).Events));
                Assert.Equal((0UL, 0UL), (State.Cpu(0).Inbox, State.Cpu(1).Inbox));
            });
        Assert.True(orders > 50, $"{orders} orders");
    }

    private static Rig Boot(bool waits)
    {
        Rig rig = new(3);
        foreach (ulong sender in new[] { First, Second })
        {
            ulong partition = rig.Add(PartitionFlags.Service, sender);
            rig.Grant(partition, Early, Capability.Pack(Capability.Event, Receiver, 9));
            rig.Grant(partition, ToReceiver, Capability.Pack(Capability.Event, Receiver, 10));
            rig.Grant(partition, ToGuest, Capability.Pack(Capability.Virtual, Guest, 40));
        }
        ulong receiver = rig.Add(PartitionFlags.Service, Receiver);
        rig.Grant(receiver, 0, Capability.Pack(Capability.Event, First, 11));
        rig.Add(0, Guest);
        rig.Boot();
        if (waits)
            rig.Wait(1);
        return rig;
    }
}
