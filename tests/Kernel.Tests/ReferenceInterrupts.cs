namespace Redoubt.Kernel.Tests;

/// <summary>Virtual interrupts of one guest as they should be: words with one bit for each INTID, and the handlers that the guest is in.</summary>
internal sealed class ReferenceInterrupts(ulong hardware)
{
    /// <summary>Backed by a physical interrupt.</summary>
    public ulong Hardware { get; } = hardware;

    public ulong Enabled { get; set; }

    public ulong Latched { get; set; }

    public ulong Line { get; set; }

    public ulong Active { get; private set; }

    /// <summary>Acknowledged and not ended, innermost last.</summary>
    public Stack<ulong> Handled { get; } = [];

    public ulong Pending => Latched | Line;

    /// <summary>What the guest has to be told of.</summary>
    public ulong Deliverable => Enabled & Pending & ~Active;

    public void Write(ulong field, ulong mask, ulong value)
    {
        ulong software = mask & ~Hardware;
        switch (field)
        {
            case VirtualField.Enabled:
                Enabled = (Enabled & ~mask) | (value & mask);
                break;
            case VirtualField.Pending:
                Latched = (Latched & ~software) | (value & software);
                break;
            case VirtualField.Line:
                Line = (Line & ~software) | (value & software);
                break;
            default:
                Active &= ~(mask & ~value);
                break;
        }
    }

    public ulong Read(ulong field) => field switch
    {
        VirtualField.Enabled => Enabled,
        VirtualField.Pending => Pending,
        VirtualField.Line => Line,
        _ => Active,
    };

    /// <summary>The guest acknowledged: what it got was pending and enabled, once.</summary>
    public void Acknowledge(ulong intid)
    {
        Assert.True(((Deliverable >> (int)intid) & 1) != 0, $"interrupt {intid} is delivered and should not be");
        Latched &= ~(1UL << (int)intid);
        Active |= 1UL << (int)intid;
        Handled.Push(intid);
    }

    /// <summary>The guest ended what it handles.</summary>
    public void End(ulong intid) => Active &= ~(1UL << (int)intid);

    /// <summary>The guest starts anew.</summary>
    public void Reset()
    {
        Enabled = Latched = Line = Active = 0;
        Handled.Clear();
    }
}
