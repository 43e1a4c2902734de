namespace Redoubt.Monitor;

/// <summary>Interrupts of one vCPU: what they should be, and what its monitor's vCPU has told the kernel.</summary>
public struct VcpuInterrupts
{
    /// <summary>SGIs and PPIs.</summary>
    public Bank Private;

    /// <summary>GICR_WAKER.ProcessorSleep.</summary>
    public bool IsAsleep;

    /// <summary>Requests by INTID that the vCPU's own monitor has yet to carry out: pend, clear the latch, deactivate, tell the priority.</summary>
    public ulong Pend, Unpend, Deactivate, Reprioritise;

    /// <summary>Interrupts routed elsewhere; what is latched of them goes there.</summary>
    public ulong Evict;

    /// <summary>What the kernel was told last.</summary>
    public ulong ToldEnabled, ToldLine;

    /// <summary>Answer to another vCPU's question, and the count of questions and of answers.</summary>
    public ulong Pending, Active;
    public uint Asked, Answered;

    /// <summary>
    /// The kernel knows nothing of this vCPU's interrupts, since it was off. What was to be pended still is.
    /// </summary>
    public void Forget()
    {
        Unpend = 0;
        Deactivate = 0;
        Reprioritise = 0;
        Evict = 0;
        ToldEnabled = 0;
        ToldLine = 0;
        Pending = 0;
        Active = 0;
        Answered = Asked;
    }
}
