using Redoubt.Proof.Terms;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Tests.Security;

/// <summary>A step of the specification, or a part of one that is a step of its own for the proof.</summary>
/// <param name="Name">Its name.</param>
/// <param name="About">The vCPU to whose partition it belongs; null for the schedule, which belongs to nobody and may alter all.</param>
/// <param name="Do">What it does.</param>
internal sealed record Piece(string Name, Func<S.Step, S.Word>? About, Action<S.Step> Do)
{
    private static readonly string[] _inParts = ["send interrupts", "hypervisor timer", "mail", "virtual timer", "device", "maintenance"];

    /// <summary>Whether it is an abort, whose addresses are inputs; otherwise they are left over from anybody's.</summary>
    public bool IsAbort => Name.EndsWith("abort", StringComparison.Ordinal);

    /// <summary>Whether the vCPU that runs brings it about.</summary>
    public bool IsTrap { get; init; }

    /// <summary>All of a manual. Loops over vCPUs are a step for each of them; an interrupt is one step for who is interrupted and one for whom it is about.</summary>
    public static IEnumerable<Piece> Of(S.Manual manual)
    {
        foreach (S.Operation operation in manual.Operations.Where(operation => !_inParts.Contains(operation.Name)))
            yield return new(operation.Name, s => s.Cpu.Current, s => operation.Run(s)) { IsTrap = true };
        yield return new("send interrupt to one vCPU", s => s.Cpu.Current, s => s.SendInterrupt(Any("value"), Any("number", Limits.VcpusPerPartition - 1)));
        yield return new("virtual timer", s => s.Cpu.Resident, s => Find(manual, "virtual timer").Effects[1].Do(s));
        yield return new("maintenance", s => s.Cpu.Resident, s => Find(manual, "maintenance").Effects[1].Do(s));
        yield return new("device", s => s.Configuration.Sink(s.Entry.Interrupt).Target, s => Find(manual, "device").Effects[1].Do(s));
        yield return new("mail", s => s.Cpu.VcpuOf(s.Cpu.Inbox.TrailingZeros), s => s.TakeMail());
        yield return new("deadline of one vCPU", s => s.Cpu.VcpuOf(Any("rank")), s => s.Expire(s.State.Vcpu(s.Cpu.VcpuOf(Any("rank"))), Any("earliest")));
        yield return new("next time slot", s => s.Cpu.Current, s => s.Advance());
        yield return new("acknowledge by the guest", s => s.Cpu.Current, s => s.GuestAcknowledges(Any("list", Limits.ListRegisters - 1)));
        yield return new("end by the guest", s => s.Cpu.Current, s => s.GuestEnds(Any("list", Limits.ListRegisters - 1)));
        yield return new("run a vCPU", null, s => s.Run(s.Cpu.VcpuOf(Any("next"))));
        yield return new("rest", null, s => s.Rest());
    }

    /// <summary>An unknown word, the same for both of two steps.</summary>
    public static S.Word Any(string name, ulong ones = ~0UL) => new(Term.Variable(name, ones));

    private static S.Operation Find(S.Manual manual, string name) => manual.Operations.Single(operation => operation.Name == name);
}
