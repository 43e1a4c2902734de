namespace Redoubt.Monitor;

/// <summary>The GICD frame: 32 SPIs, affinity routing, one security state, neither LPIs nor extended ranges. Else reads 0, ignores writes.</summary>
internal static class Distributor
{
    /// <summary>Reads 1, 4 or 8 bytes, naturally aligned.</summary>
    public static ulong Read(ref Interrupts interrupts, ulong offset, int size)
    {
        if (offset - GicRegisters.Router < GicRegisters.RouterEnd - GicRegisters.Router)
        {
            ulong route = IsRouter(offset, out int shared) ? interrupts.Route(shared) : 0;
            return size == 8 ? route : size == 4 ? (uint)(route >> (int)(8 * (offset & 4))) : 0;
        }

        if (size == 4)
            return ReadWord(ref interrupts, offset);
        return size == 1 && IsPriority(offset) ? BankRegisters.ReadPriority(ref interrupts.SharedBank, Interrupts.Shared, offset) : 0UL;
    }

    /// <summary>Writes 1, 4 or 8 bytes, naturally aligned.</summary>
    public static void Write(ref Interrupts interrupts, ulong offset, int size, ulong value)
    {
        if (offset - GicRegisters.Router < GicRegisters.RouterEnd - GicRegisters.Router)
        {
            if (IsRouter(offset, out int shared) && size >= 4)
                interrupts.SetRoute(shared, NewRoute(interrupts.Route(shared), offset, size, value));
        }
        else if (size == 1)
        {
            if (IsPriority(offset))
                BankRegisters.WritePriority(ref interrupts, ref interrupts.SharedBank, 0, Interrupts.Shared, offset, (byte)value);
        }
        else if (size == 4)
        {
            WriteWord(ref interrupts, offset, (uint)value);
        }
    }

    private static uint ReadWord(ref Interrupts interrupts, ulong offset)
    {
        switch (offset)
        {
            case GicRegisters.DistributorControl: return interrupts.Control | GicRegisters.AffinityRouting | GicRegisters.SecurityDisabled;
            case GicRegisters.DistributorType: return GicRegisters.TypeValue;
            case GicRegisters.DistributorImplementer: return GicRegisters.ImplementerValue;
            case GicRegisters.Identification2: return GicRegisters.Identification2Value;
            default:
                return IsBank(offset) ? BankRegisters.Read(ref interrupts, ref interrupts.SharedBank, 0, Interrupts.Shared, offset) : 0;
        }
    }

    private static void WriteWord(ref Interrupts interrupts, ulong offset, uint value)
    {
        if (offset == GicRegisters.DistributorControl)
        {
            interrupts.Control = value & (GicRegisters.EnableGroup0 | GicRegisters.EnableGroup1);
            interrupts.TouchAll();
        }
        else if (IsBank(offset))
        {
            BankRegisters.Write(ref interrupts, ref interrupts.SharedBank, 0, Interrupts.Shared, offset, value);
        }
    }

    private static bool IsBank(ulong offset) => offset - GicRegisters.Group < GicRegisters.ConfigurationEnd - GicRegisters.Group;

    private static bool IsPriority(ulong offset) => offset - GicRegisters.Priority < GicRegisters.PriorityEnd - GicRegisters.Priority;

    // IROUTER of INTID n stands at 8n.
    private static bool IsRouter(ulong offset, out int shared)
    {
        ulong index = (offset - GicRegisters.Router) / 8 - Interrupts.Shared;
        shared = (int)index & 31;
        return index < 32;
    }

    // Aff3 in bits 39:32, Aff2 to Aff0 in 23:0; the rest is reserved.
    private static ulong NewRoute(ulong old, ulong offset, int size, ulong value)
    {
        ulong route = size == 8 ? value
            : (offset & 4) == 0 ? (old & ~(ulong)uint.MaxValue) | (uint)value
            : (uint)old | (value << 32);
        return route & 0xff_00ff_ffff;
    }
}
