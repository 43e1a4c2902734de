using System.Runtime.InteropServices;
using System.Threading;
using Redoubt.Abi;

namespace Redoubt.Rogue;

/// <summary>
/// A virtio disk behind PCI (Virtual I/O Device 1.1, 4.1 and 5.2), one request at a time. The device moves the beginning of a sector to or from this
/// program's memory, and the last word of it to or from anywhere.
/// </summary>
internal static unsafe class Disk
{
    private const uint Identity = 0x1042_1af4;
    private const byte CommonKind = 1, NotifyKind = 2;

    // Common configuration
    private const ulong FeatureSelect = 0x08, Feature = 0x0c, Status = 0x14, QueueSelect = 0x16, QueueSize = 0x18, QueueEnable = 0x1c, NotifyOffset = 0x1e,
        DescriptorLow = 0x20, DriverLow = 0x28, DeviceLow = 0x30;
    private const byte Acknowledge = 1, Driver = 2, DriverOk = 4, FeaturesOk = 8, NeedsReset = 0x40;

    // Feature bits 32 and 33: version 1, addresses are translated
    private const uint Version1 = 1, AccessPlatform = 2;

    /// <summary>This program's part of a sector.</summary>
    public const ulong Buffer = Queue + 0x1000;

    /// <summary>Bytes that go anywhere.</summary>
    public const uint WordSize = 4;

    // The queue, in a page of this program's memory: descriptors, available ring, used ring; then the request's header and status
    private const ushort Size = 8;
    private const ulong Queue = GuestMap.Ram + 0x10_0000, Available = Queue + 0x100, Used = Queue + 0x200, Header = Queue + 0x300, Result = Queue + 0x340;
    private const ushort Next = 1, DeviceWrites = 2;
    private const uint SectorSize = 512;

    /// <summary>A request that takes longer than this many looks is given up.</summary>
    private const int Patience = 2_000_000;

    /// <summary>Kinds of requests: the device reads memory and writes the disk, or the other way round.</summary>
    public const uint FromDisk = 0, ToDisk = 1;

    private static ulong s_common, s_notify, s_displacement;
    private static ushort s_requests;

    /// <summary>Finds the disk.</summary>
    public static bool Open()
    {
        ulong function = Pci.Find(Identity);
        if (function == 0)
            return false;
        ulong notify = 0;
        uint multiplier = 0;
        for (ulong capability = 0; (capability = Pci.NextVendorCapability(function, capability)) != 0;)
        {
            ulong address = Pci.Bar(function, *(byte*)(capability + 4)) + *(uint*)(capability + 8);
            switch (*(byte*)(capability + 3))
            {
                case CommonKind:
                    s_common = address;
                    break;
                case NotifyKind:
                    notify = address;
                    multiplier = *(uint*)(capability + 16);
                    break;
            }
        }

        Write16(QueueSelect, 0);
        s_notify = notify + (ulong)Volatile.Read(ref *(ushort*)(s_common + NotifyOffset)) * multiplier;
        return true;
    }

    /// <summary>Starts the device anew.</summary>
    /// <param name="displacement">What is added to addresses of this program's memory to make them the device's.</param>
    public static void Start(ulong displacement)
    {
        s_displacement = displacement;
        s_requests = 0;
        *(ulong*)Available = 0;
        *(ulong*)Used = 0;
        Write8(Status, 0);
        while (Volatile.Read(ref *(byte*)(s_common + Status)) != 0)
            continue;
        Write8(Status, Acknowledge);
        Write8(Status, Acknowledge | Driver);
        Write32(FeatureSelect, 0);
        Write32(Feature, 0);
        Write32(FeatureSelect, 1);
        Write32(Feature, Version1 | AccessPlatform);
        Write8(Status, Acknowledge | Driver | FeaturesOk);
        Write16(QueueSelect, 0);
        Write16(QueueSize, Size);
        Write64(DescriptorLow, Queue + displacement);
        Write64(DriverLow, Available + displacement);
        Write64(DeviceLow, Used + displacement);
        Write16(QueueEnable, 1);
        Write8(Status, Acknowledge | Driver | FeaturesOk | DriverOk);
    }

    /// <summary>Moves a sector. Returns whether the device answered; if not, it has been started anew.</summary>
    /// <param name="kind">Direction.</param>
    /// <param name="sector">Of the disk.</param>
    /// <param name="word">What the device is told of the last word.</param>
    public static bool Move(uint kind, ulong sector, ulong word)
    {
        *(uint*)Header = kind;
        *(uint*)(Header + 4) = 0;
        *(ulong*)(Header + 8) = sector;
        *(byte*)Result = 0xff;
        Describe(0, Header + s_displacement, 16, Next, 1);
        ushort flags = (ushort)(Next | (kind == FromDisk ? DeviceWrites : 0));
        Describe(1, Buffer + s_displacement, SectorSize - WordSize, flags, 2);
        Describe(2, word, WordSize, flags, 3);
        Describe(3, Result + s_displacement, 1, DeviceWrites, 0);
        *(ushort*)(Available + 4 + 2UL * (s_requests % (ulong)Size)) = 0;
        Volatile.Write(ref *(ushort*)(Available + 2), ++s_requests);
        Volatile.Write(ref *(ushort*)s_notify, (ushort)0);
        for (int looks = 0; looks < Patience && (Volatile.Read(ref *(byte*)(s_common + Status)) & NeedsReset) == 0; looks++)
        {
            if (Volatile.Read(ref *(ushort*)(Used + 2)) == s_requests)
                return true;
        }

        Start(s_displacement);
        return false;
    }

    /// <summary>Moves a sector from or to <see cref="Buffer"/>, all of it. Returns whether that succeeded.</summary>
    public static bool MoveOwn(uint kind, ulong sector) =>
        Move(kind, sector, Buffer + s_displacement + SectorSize - WordSize) && Volatile.Read(ref *(byte*)Result) == 0;

    private static void Describe(int index, ulong address, uint length, ushort flags, ushort next)
    {
        Descriptor* descriptor = (Descriptor*)Queue + index;
        descriptor->Address = address;
        descriptor->Length = length;
        descriptor->Flags = flags;
        descriptor->Next = next;
    }

    private static void Write8(ulong register, byte value) => Volatile.Write(ref *(byte*)(s_common + register), value);

    private static void Write16(ulong register, ushort value) => Volatile.Write(ref *(ushort*)(s_common + register), value);

    private static void Write32(ulong register, uint value) => Volatile.Write(ref *(uint*)(s_common + register), value);

    private static void Write64(ulong register, ulong value)
    {
        Write32(register, (uint)value);
        Write32(register + 4, (uint)(value >> 32));
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Descriptor
    {
        public ulong Address;
        public uint Length;
        public ushort Flags;
        public ushort Next;
    }
}
