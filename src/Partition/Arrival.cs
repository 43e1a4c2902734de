namespace Redoubt.Partition;

/// <summary>
/// Registers x0 to x9 of one call: arguments before, results after. The names are those of the results of
/// <see cref="Abi.Call.Wait"/>: what arrived.
/// </summary>
public struct Arrival
{
    /// <summary>x0: an <see cref="Abi.Status"/>.</summary>
    public ulong Status;

    /// <summary>x1: event bits.</summary>
    public ulong Events;

    /// <summary>x2: an <see cref="Abi.FaultKind"/>.</summary>
    public ulong Kind;

    /// <summary>x3: ESR_EL2 of the fault.</summary>
    public ulong Syndrome;

    /// <summary>x4: intermediate physical address of an abort.</summary>
    public ulong Address;

    /// <summary>x5 to x8: the value that a store would write, or x0 to x3 of a call.</summary>
    public ulong V0, V1, V2, V3;

    /// <summary>x9: PC of the guest.</summary>
    public ulong Pc;
}
