using Redoubt.Kernel.Tests;

namespace Redoubt.Spec.Tests;

/// <summary>
/// A system with everything in it: a monitor and its guest of three vCPUs on two CPUs, two vCPUs on one of them; a service on both; a
/// guest without monitor on both, that controls itself. Time slots on CPU 0, one endless slot on CPU 1.
/// </summary>
internal static class Family
{
    /// <summary>vCPU of the first rank on CPU 1.</summary>
    public const ulong Second = Limits.VcpusPerCpu;

    /// <summary>vCPUs of the monitor, the service, the guest, the guest without monitor.</summary>
    public static readonly ulong[] Monitor = [0, Second, 1], Service = [2, Second + 1], Guest = [3, Second + 2, 4], Lone = [5, Second + 3];

    /// <summary>Physical interrupts that go somewhere.</summary>
    public static readonly ulong[] Devices = [40, 41, 42, 43, 44];

    public static Rig Boot()
    {
        Rig rig = new(2);
        ulong monitor = rig.Add(PartitionFlags.Service, Monitor), service = rig.Add(PartitionFlags.Service, Service);
        ulong guest = rig.Add(0, Guest), lone = rig.Add(PartitionFlags.DefaultCacheable, Lone);
        for (int i = 0; i < Guest.Length; i++)
            rig.Serve(Monitor[i], Guest[i], (ulong)i);
        Grant(rig, monitor, 3,
            Capability.Pack(Capability.Event, Service[0], 7), Capability.Pack(Capability.Event, Monitor[1], 31),
            Capability.Pack(Capability.Virtual, Guest[0], 45), Capability.Pack(Capability.Virtual, Guest[1], 46),
            Capability.Pack(Capability.Interrupt, Monitor[0], 40), Capability.Pack(Capability.Machine, 0, 0),
            Capability.Pack(Capability.Account, Service[0], 0), Capability.Pack(Capability.Account, Lone[1], 0),
            Capability.Pack(Capability.Event, Monitor[0], 31));
        Grant(rig, service, 0,
            Capability.Pack(Capability.Event, Monitor[0], 1), Capability.Pack(Capability.Virtual, Lone[0], 50),
            Capability.Pack(Capability.Interrupt, Service[0], 41), Capability.Pack(Capability.Account, Guest[0], 0));
        Grant(rig, guest, 0, Capability.Pack(Capability.Event, Monitor[0], 2), Capability.Pack(Capability.Virtual, Lone[1], 51));
        Grant(rig, lone, 0,
            Capability.Pack(Capability.Vcpu, Lone[0], 0), Capability.Pack(Capability.Vcpu, Lone[1], 0),
            Capability.Pack(Capability.Event, Service[1], 3), Capability.Pack(Capability.Virtual, Guest[2], 47));
        rig.Connect(40, Capability.Pack(Capability.Event, Monitor[0], 5));
        rig.Connect(41, Capability.Pack(Capability.Event, Service[0], 6));
        rig.Connect(42, Capability.Pack(Capability.Virtual, Lone[0], 42));
        rig.Connect(43, Capability.Pack(Capability.Virtual, Guest[1], 43));
        rig.Connect(44, Capability.Pack(Capability.Virtual, Guest[0], 44));
        rig.Slots(0, (1500, 0b01_1011, Rig.All), (300, 0b10_0100, 0), (400, 0b10_0100, Rig.All));
        return rig.Boot();
    }

    private static void Grant(Rig rig, ulong partition, ulong slot, params ulong[] capabilities)
    {
        foreach (ulong capability in capabilities)
            rig.Grant(partition, slot++, capability);
    }
}
