namespace Redoubt.Kernel.Tests;

/// <summary>Machines that several tests use.</summary>
internal static class Rigs
{
    /// <summary>vCPUs of <see cref="Family"/>, all on CPU 0.</summary>
    public const ulong Monitor = 0, Service = 1, Guest = 2, Lone = 3;

    /// <summary>Slots of the monitor.</summary>
    public const ulong GuestSlot = 0, ServiceEvent = 1, GuestVirtual = 2, Device = 3, MachineSlot = 4, ServiceAccount = 5, EmptySlot = 31;

    /// <summary>Device interrupt that arrives at the monitor as this event bit.</summary>
    public const ulong DeviceInterrupt = 40;
    public const int DeviceBit = 5;

    /// <summary>
    /// One CPU, one endless slot: a monitor with its guest, a service, and a guest without monitor. The monitor and the service wait.
    /// </summary>
    public static Rig Family()
    {
        Rig rig = Unbooted().Boot();
        rig.Wait();
        rig.Wait();
        Assert.Equal(Guest, rig.Running());
        return rig;
    }

    /// <summary>The same before boot.</summary>
    public static Rig Unbooted()
    {
        Rig rig = new();
        ulong monitor = rig.Add(PartitionFlags.Service, Monitor);
        rig.Add(PartitionFlags.Service, Service);
        rig.Add(0, Guest);
        rig.Add(PartitionFlags.DefaultCacheable, Lone);
        rig.Serve(Monitor, Guest, GuestSlot);
        rig.Grant(monitor, ServiceEvent, Capability.Pack(Capability.Event, Service, 7));
        rig.Grant(monitor, GuestVirtual, Capability.Pack(Capability.Virtual, Guest, 45));
        rig.Grant(monitor, Device, Capability.Pack(Capability.Interrupt, 0, DeviceInterrupt));
        rig.Grant(monitor, MachineSlot, Capability.Pack(Capability.Machine, 0, 0));
        rig.Grant(monitor, ServiceAccount, Capability.Pack(Capability.Account, Service, 0));
        rig.Connect(DeviceInterrupt, Capability.Pack(Capability.Event, Monitor, DeviceBit));
        return rig;
    }

    /// <summary>The monitor runs: its device interrupts it, it takes note, and the line is low again.</summary>
    public static void CallMonitor(this Rig rig)
    {
        rig.Hardware.SetLine(DeviceInterrupt, true);
        rig.Settle();
        rig.Hardware.SetLine(DeviceInterrupt, false);
        Assert.Equal(Monitor, rig.Running());
        Assert.Equal(Status.Ok, rig.Call(0, Call.Acknowledge, Device));
    }

    /// <summary>General registers of a vCPU.</summary>
    public static ulong[] Registers(ulong index, int first, int count) =>
        [.. Enumerable.Range(first, count).Select(register => State.Vcpu(index).X[register])];
}
