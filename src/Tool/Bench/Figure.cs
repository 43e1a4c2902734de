namespace Redoubt.Tool.Bench;

/// <summary>Instructions that something takes, and what it may take.</summary>
/// <param name="Name">What it is called in files.</param>
/// <param name="Title">What it is, for people.</param>
/// <param name="Redoubt">In a partition of Redoubt.</param>
public sealed record Figure(string Name, string Title, double Redoubt)
{
    /// <summary>Without a hypervisor: at EL1, below it at most an EL2 that returns at once. Null where nothing compares.</summary>
    public double? Native { get; init; }

    /// <summary>Most that is accepted. Null for no limit.</summary>
    public double? Limit { get; init; }

    /// <summary>What it ought to come down to. Null for no goal.</summary>
    public double? Goal { get; init; }

    /// <summary>Published figures of others.</summary>
    public PeerFigures? Peers { get; init; }

    /// <summary>Whether it is within its limit.</summary>
    public bool IsWithinLimit => Limit is not { } limit || Redoubt <= limit;

    /// <summary>Whether it has reached its goal.</summary>
    public bool IsAtGoal => Goal is not { } goal || Redoubt <= goal;
}

/// <summary>
/// Figures of other hypervisors for the same things, counted in the same way on the same emulated machine, but on another day and with other
/// payloads: docs/benchmarks.md tells what that means for comparing.
/// </summary>
public sealed record PeerFigures(double? Bao, double? Xen, double? Kvm);
