using System.Threading;

namespace Redoubt.Rogue;

/// <summary>Configuration space of PCI (PCI Express Base Specification 7.2.2), function 0 of the devices on bus 0.</summary>
internal static unsafe class Pci
{
    private const ulong Ecam = 0x40_1000_0000, Window = 0x1000_0000, DeviceStride = 0x8000;
    private const ulong CommandRegister = 0x04, Bars = 0x10, CapabilitiesPointer = 0x34;
    private const ushort MemoryAndBusMaster = 6;
    private const uint Devices = 32, BarCount = 6, BarTypeMask = 6, BarIs64 = 4, BarFlags = 0xf;

    /// <summary>Finds a device by vendor (low half) and device (high half), gives it memory and lets it go. 0 if there is none.</summary>
    public static ulong Find(uint identity)
    {
        for (uint device = 0; device < Devices; device++)
        {
            ulong function = Ecam + device * DeviceStride;
            if (Read32(function) != identity)
                continue;
            Assign(function);
            Volatile.Write(ref *(ushort*)(function + CommandRegister), MemoryAndBusMaster);
            return function;
        }

        return 0;
    }

    /// <summary>The next capability of vendor-specific kind (9) behind one, or the first if that is 0; 0 if there is none.</summary>
    public static ulong NextVendorCapability(ulong function, ulong capability)
    {
        const byte VendorSpecific = 9;
        do
        {
            ulong offset = Read8(capability == 0 ? function + CapabilitiesPointer : capability + 1);
            if (offset == 0)
                return 0;
            capability = function + offset;
        }
        while (Read8(capability) != VendorSpecific);
        return capability;
    }

    /// <summary>The address of a memory BAR.</summary>
    public static ulong Bar(ulong function, uint bar) => Read32(function + Bars + 4 * bar) & ~BarFlags;

    // Memory for each BAR, from the beginning of the window on.
    private static void Assign(ulong function)
    {
        ulong next = Window;
        for (uint bar = 0; bar < BarCount; bar++)
        {
            ulong register = function + Bars + 4 * bar;
            Write32(register, ~0U);
            uint mask = Read32(register);
            if (mask == 0)
                continue;
            uint size = ~(mask & ~BarFlags) + 1;
            next = (next + size - 1) & ~((ulong)size - 1);
            Write32(register, (uint)next);
            next += size;
            if ((mask & BarTypeMask) == BarIs64)
            {
                bar++;
                Write32(register + 4, 0);
            }
        }
    }

    private static byte Read8(ulong address) => Volatile.Read(ref *(byte*)address);

    private static uint Read32(ulong address) => Volatile.Read(ref *(uint*)address);

    private static void Write32(ulong address, uint value) => Volatile.Write(ref *(uint*)address, value);
}
