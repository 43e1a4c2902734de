namespace Redoubt.Monitor;

/// <summary>The GICR frames of one vCPU: RD_base, then SGI_base with its SGIs and PPIs. No LPIs. Else reads 0, ignores writes.</summary>
internal static class Redistributor
{
    /// <summary>Reads 1, 4 or 8 bytes, naturally aligned.</summary>
    public static ulong Read(ref Interrupts interrupts, int vcpu, ulong offset, int size)
    {
        ref VcpuInterrupts own = ref interrupts.Vcpus[vcpu];
        if (offset >= GicRegisters.Private)
        {
            ulong inner = offset - GicRegisters.Private;
            if (inner >= GicRegisters.ConfigurationEnd)
                return 0;
            if (size == 4)
                return BankRegisters.Read(ref interrupts, ref own.Private, vcpu, 0, inner);
            return size == 1 && IsPriority(inner) ? BankRegisters.ReadPriority(ref own.Private, 0, inner) : 0UL;
        }

        if ((offset & ~4UL) == GicRegisters.RedistributorType)
        {
            ulong last = vcpu == interrupts.Count - 1 ? GicRegisters.Last : 0UL;
            ulong type = ((ulong)vcpu << 32) | ((ulong)vcpu << 8) | last;
            return size == 8 ? type : size == 4 ? (uint)(type >> (int)(8 * (offset & 4))) : 0;
        }

        if (size != 4)
            return 0;
        switch (offset)
        {
            case GicRegisters.RedistributorImplementer: return GicRegisters.ImplementerValue;
            case GicRegisters.Waker: return own.IsAsleep ? GicRegisters.ProcessorSleep | GicRegisters.ChildrenAsleep : 0;
            case GicRegisters.Identification2: return GicRegisters.Identification2Value;
            default: return 0;
        }
    }

    /// <summary>Writes 1, 4 or 8 bytes, naturally aligned.</summary>
    public static void Write(ref Interrupts interrupts, int vcpu, ulong offset, int size, ulong value)
    {
        ref VcpuInterrupts own = ref interrupts.Vcpus[vcpu];
        if (offset >= GicRegisters.Private)
        {
            ulong inner = offset - GicRegisters.Private;
            if (inner - GicRegisters.Group >= GicRegisters.ConfigurationEnd - GicRegisters.Group)
                return;
            if (size == 4)
                BankRegisters.Write(ref interrupts, ref own.Private, vcpu, 0, inner, (uint)value);
            else if (size == 1 && IsPriority(inner))
                BankRegisters.WritePriority(ref interrupts, ref own.Private, vcpu, 0, inner, (byte)value);
        }
        else if (offset == GicRegisters.Waker && size == 4)
        {
            own.IsAsleep = (value & GicRegisters.ProcessorSleep) != 0;
        }
    }

    private static bool IsPriority(ulong offset) => offset - GicRegisters.Priority < GicRegisters.PriorityEnd - GicRegisters.Priority;
}
