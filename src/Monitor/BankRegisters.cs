using System.Runtime.CompilerServices;

namespace Redoubt.Monitor;

/// <summary>
/// Registers that distributor and redistributor have in common: a bit, two bits or a byte for each interrupt. The bank holds 32
/// interrupts from INTID <c>first</c>, which is 0 for those private to a vCPU and <see cref="Interrupts.Shared"/> for the shared ones.
/// </summary>
internal static class BankRegisters
{
    private const ulong BlockMask = 0x7f;

    /// <summary>Whether reading this register needs the state that the kernel holds (ISPENDR, ICPENDR, ISACTIVER, ICACTIVER).</summary>
    public static bool IsState(ulong offset) => offset - GicRegisters.SetPending < GicRegisters.Priority - GicRegisters.SetPending;

    /// <summary>A quick look: false if <see cref="IsState"/> is, for either frame's offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool MayBeState(ulong offset) => (offset & 0xfe00) == GicRegisters.SetPending;

    /// <summary>Reads a word; 0 where there is no register. Pending and active state is as last answered.</summary>
    public static uint Read(ref Interrupts interrupts, ref Bank bank, int vcpu, int first, ulong offset)
    {
        if (offset < GicRegisters.Priority)
        {
            if ((offset & BlockMask) != (ulong)first / 8)
                return 0;
            switch (offset & ~BlockMask)
            {
                case GicRegisters.Group: return bank.Group;
                case GicRegisters.SetEnable or GicRegisters.ClearEnable: return bank.Enabled;
                case GicRegisters.SetPending or GicRegisters.ClearPending: return Pending(ref interrupts, vcpu, first);
                case GicRegisters.SetActive or GicRegisters.ClearActive: return Active(ref interrupts, vcpu, first);
                default: return 0;
            }
        }

        if (offset < GicRegisters.PriorityEnd)
        {
            ulong index = offset - GicRegisters.Priority - (ulong)first;
            uint value = 0;
            for (int i = 0; i < 4 && index < 32; i++)
                value |= (uint)bank.Priorities[(int)index + i] << (8 * i);
            return value;
        }

        ulong half = (offset - GicRegisters.Configuration) / 4 - (ulong)first / 16;
        return half < 2 ? bank.Configuration((int)half) : 0;
    }

    /// <summary>Writes a word; ignored where there is no register.</summary>
    public static void Write(ref Interrupts interrupts, ref Bank bank, int vcpu, int first, ulong offset, uint value)
    {
        if (offset < GicRegisters.Priority)
        {
            if ((offset & BlockMask) == (ulong)first / 8)
                WriteBits(ref interrupts, ref bank, vcpu, first, offset & ~BlockMask, value);
        }
        else if (offset < GicRegisters.PriorityEnd)
        {
            for (int i = 0; i < 4; i++)
                WritePriority(ref interrupts, ref bank, vcpu, first, offset + (ulong)i, (byte)(value >> (8 * i)));
        }
        else
        {
            ulong half = (offset - GicRegisters.Configuration) / 4 - (ulong)first / 16;
            // SGIs are always edge-triggered.
            if (half < 2)
                bank.Configure((int)half, value, first == 0 ? 0xffff_0000 : ~0U);
            interrupts.TouchAll();
        }
    }

    /// <summary>Reads the priority at this offset.</summary>
    public static byte ReadPriority(ref Bank bank, int first, ulong offset)
    {
        ulong index = offset - GicRegisters.Priority - (ulong)first;
        return index < 32 ? bank.Priorities[(int)index] : (byte)0;
    }

    /// <summary>Writes the priority at this offset.</summary>
    public static void WritePriority(ref Interrupts interrupts, ref Bank bank, int vcpu, int first, ulong offset, byte value)
    {
        ulong index = offset - GicRegisters.Priority - (ulong)first;
        if (index >= 32)
            return;
        bank.Priorities[(int)index] = (byte)(value & GicRegisters.PriorityMask);
        ulong interrupt = 1UL << ((int)index + first);
        for (int i = 0; i <= Interrupts.Nowhere; i++)
        {
            if ((interrupts.Owners(interrupt, vcpu) >> i & 1) == 0)
                continue;
            interrupts.Vcpus[i].Reprioritise |= interrupt;
            interrupts.Touch(i);
        }
    }

    private static void WriteBits(ref Interrupts interrupts, ref Bank bank, int vcpu, int first, ulong register, uint value)
    {
        switch (register)
        {
            case GicRegisters.Group: bank.Group = value; break;
            case GicRegisters.SetEnable: bank.Enabled |= value; break;
            case GicRegisters.ClearEnable: bank.Enabled &= ~value; break;
            // An interrupt becomes active only by being taken; there is nothing to set.
            case GicRegisters.SetPending or GicRegisters.ClearPending or GicRegisters.ClearActive: break;
            default: return;
        }

        ulong mask = (ulong)value << first;
        for (int i = 0; i <= Interrupts.Nowhere; i++)
        {
            if ((interrupts.Owners(mask, vcpu) >> i & 1) == 0)
                continue;
            ref VcpuInterrupts owner = ref interrupts.Vcpus[i];
            ulong own = mask & interrupts.Owned(i);
            switch (register)
            {
                case GicRegisters.SetPending:
                    owner.Pend |= own;
                    break;
                case GicRegisters.ClearPending:
                    owner.Pend &= ~own;
                    owner.Unpend |= own;
                    break;
                case GicRegisters.ClearActive:
                    owner.Deactivate |= own;
                    break;
            }

            interrupts.Touch(i);
        }
    }

    private static uint Pending(ref Interrupts interrupts, int vcpu, int first)
    {
        if (first == 0)
            return (uint)(interrupts.Vcpus[vcpu].Pending | interrupts.Vcpus[vcpu].Pend);
        ulong pending = 0;
        for (int i = 0; i <= Interrupts.Nowhere; i++)
            pending |= (interrupts.Vcpus[i].Pending | interrupts.Vcpus[i].Pend) & interrupts.Owned(i);
        return (uint)(pending >> first);
    }

    private static uint Active(ref Interrupts interrupts, int vcpu, int first)
    {
        if (first == 0)
            return (uint)interrupts.Vcpus[vcpu].Active;
        ulong active = 0;
        for (int i = 0; i <= Interrupts.Nowhere; i++)
            active |= interrupts.Vcpus[i].Active;
        return (uint)(active >> first);
    }
}
