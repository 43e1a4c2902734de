namespace Redoubt.Kernel.Tests.Model;

/// <summary>The virtual CPU interface of one CPU (GICv3, IHI0069 6.3 and 12.4): what list registers do when a guest uses its ICC registers.</summary>
internal sealed class VirtualInterface
{
    public const ulong Nothing = 1023;

    private const ulong Enable = 1, Underflow = 2, EndBit = 1UL << 41, Group1Enable = 2;
    private const int PriorityMaskShift = 24, IdleShift = 32;

    /// <summary>ICH_LR0_EL2 to ICH_LR3_EL2.</summary>
    public readonly ListRegister[] Lists = new ListRegister[Limits.ListRegisters];

    public ulong Vmcr, ActivePriorities0, ActivePriorities1, Hcr;

    /// <summary>The guest's boot code lets all priorities of group 1 through.</summary>
    public void LetThrough() => Vmcr = Group1Enable | (0xffUL << PriorityMaskShift);

    /// <summary>INTID that the guest's ICC_IAR1_EL1 would return, <see cref="Nothing"/> if no interrupt is signalled.</summary>
    public ulong Highest => Best() is { } best ? Intid(Lists[best]) : Nothing;

    /// <summary>The maintenance interrupt is asserted: an end that was asked for, or underflow.</summary>
    public bool NeedsMaintenance => (Hcr & Enable) != 0
        && (Lists.Any(list => list.IsFree && !list.IsHardware && (list.Value & EndBit) != 0)
            || ((Hcr & Underflow) != 0 && Lists.Count(list => !list.IsFree) <= 1));

    /// <summary>ICC_IAR1_EL1.</summary>
    public ulong Acknowledge()
    {
        if (Best() is not { } best)
            return Nothing;
        ListRegister list = Lists[best];
        ActivePriorities1 |= 1UL << Group(list);
        Lists[best] = new ListRegister(list.Retracted().Value | (1UL << 63));
        return Intid(list);
    }

    /// <summary>ICC_EOIR1_EL1 with EOImode 0: priority drop and deactivation. Returns the physical interrupt that is deactivated too.</summary>
    public ulong? End(ulong intid)
    {
        ActivePriorities1 &= ActivePriorities1 - 1;
        int which = Array.FindIndex(Lists, list => list.IsActive && Intid(list) == intid);
        if (which < 0)
            return null;
        ListRegister list = Lists[which];
        Lists[which] = list.Deactivated();
        return list.IsHardware ? list.Physical : null;
    }

    private int? Best()
    {
        if ((Hcr & Enable) == 0 || (Vmcr & Group1Enable) == 0)
            return null;
        int running = ActivePriorities1 == 0 ? IdleShift : System.Numerics.BitOperations.TrailingZeroCount(ActivePriorities1);
        int? best = null;
        for (int i = 0; i < Lists.Length; i++)
        {
            if (Lists[i].IsPending && !Lists[i].IsActive && Group(Lists[i]) < running && Priority(Lists[i]) < (Vmcr >> PriorityMaskShift)
                && (best is null || Priority(Lists[i]) < Priority(Lists[best.Value])))
                best = i;
        }
        return best;
    }

    private static ulong Intid(ListRegister list) => list.Value & 0xffff_ffff;

    private static ulong Priority(ListRegister list) => (list.Value >> 48) & 0xff;

    private static int Group(ListRegister list) => (int)(Priority(list) >> 3);
}
