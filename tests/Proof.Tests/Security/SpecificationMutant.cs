using Redoubt.Proof.Security;
using Redoubt.Proof.Terms;
using Redoubt.Spec;
using S = Redoubt.Spec.Specification<Redoubt.Proof.Terms.Term>;

namespace Redoubt.Proof.Tests.Security;

/// <summary>A specification in which one operation does something else than it should.</summary>
/// <param name="Operation">The operation, one that is quick to prove.</param>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Broken">The properties that are broken by it, and no others.</param>
/// <param name="Change">What is done before an effect of the operation.</param>
internal sealed record SpecificationMutant(string Operation, string Name, string[] Broken, Action<S.Step> Change)
{
    private const string Invariant = SecurityProof.Invariant, Interrupts = SecurityProof.Interrupts, Isolation = SecurityProof.Isolation, Integrity = SecurityProof.Integrity,
        Confidentiality = SecurityProof.Confidentiality;

    /// <summary>The effect that it comes before.</summary>
    public int Effect { get; init; }

    /// <summary>Whether it comes instead of the effect.</summary>
    public bool IsInstead { get; init; }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SpecificationMutant> All { get; } =
    [
        new("discover", "the time slot is the last one that there may be", [Invariant], s => s.Cpu.Slot = Limits.Slots - 1),
        new("discover", "the caller is blocked behind the schedule's back", [Invariant], s => s.Self.Lifecycle = Lifecycle.Faulted),
        new("discover", "the hypervisor's timer is off", [Invariant], s => s.Cpu.Alarm = ~0UL),
        new("discover", "the caller is at EL2", [Invariant], s => s.Self.Pstate = 9),
        new("discover", "mail is forgotten", [Invariant], s => s.Cpu.Inbox = 0),
        new("discover", "nobody has the virtual timer", [Invariant], s => s.Cpu.Resident = Limits.NoVcpu),
        new("set priority", "a template names another interrupt", [Invariant], s => s.Target.Templates[s.Self.X[2]] = s.Target.Templates[5]),
        new("virtual timer", "the interrupt is active and nobody is told", [Invariant], s =>
            s.State.When(s.Cpu.Resident != Limits.NoVcpu, () => s.State.Vcpu(s.Cpu.Resident).TimerActive = 1)) { Effect = 1, IsInstead = true },
        new("hypervisor timer", "deadlines pass unnoticed", [Invariant], s => s.Cpu.Alarm = 0) { Effect = 1, IsInstead = true },
        new("discover", "a physical interrupt is active for nobody", [Integrity, Invariant, Isolation], s => s.State.Active[40] = 1),
        new("discover", "another vCPU of the partition is written to", [Isolation], s =>
            s.State.When(s.Partition.Vcpus[3] != Limits.NoVcpu, () => s.State.Vcpu(s.Partition.Vcpus[3]).X[2] = 0)),
        new("discover", "the time slot of another CPU never ends", [Isolation], s => s.State.Cpu(s.Self.X[1] & (Limits.Cpus - 1)).SlotEnd = ~0UL),
        new("discover", "a register of any vCPU is written", [Integrity, Isolation], s => Any(s).X[2] = 0),
        new("discover", "any vCPU's account is cleared", [Integrity, Isolation], s => Any(s).Account[AccountItem.Faults] = 0),
        new("discover", "the machine is switched off", [Integrity, Isolation], s => s.State.Power = 1),
        new("discover", "who holds an event takes away a fault that a monitor has yet to be told of", [Integrity], s =>
            s.State.When(s.Names(Abi.Capability.Event) & (s.Target.Cpu == s.Cpu.Index), () => (s.Target.Fault, s.Target.Ipa) = (FaultKind.None, 0))),
        new("discover", "a register of any vCPU is read", [Confidentiality], s => s.Self.X[1] = Any(s).X[2]),
        new("discover", "the account of any vCPU is read", [Confidentiality], s => s.Self.X[1] = Any(s).Account[AccountItem.Runtime]),
        new("discover", "who else is ready is told", [Confidentiality], s => s.Self.X[1] = s.Cpu.Ready),
        new("discover", "when the hypervisor's timer fires is told", [Confidentiality], s => s.Self.X[1] = s.Cpu.Alarm),
        new("discover", "the address of another's abort is told", [Confidentiality], s => s.Self.X[1] = s.Entry.Address),
        new("discover", "events of the caller are forgotten", [Interrupts], s => s.Self.Events = 0),
        new("discover", "events on their way to the caller are forgotten", [Interrupts], s => s.Self.InboxEvents = 0),
        new("discover", "virtual interrupts on their way to the caller are forgotten", [Interrupts], s => s.Self.InboxVirtual = 0),
        new("discover", "latched interrupts are forgotten", [Interrupts], s => s.Self.Pending &= s.Self.Hardware),
        new("discover", "an event comes from nowhere", [Interrupts], s => s.Self.Events |= 4),
        new("notify", "nothing is sent", [Interrupts], _ => { }) { IsInstead = true },
    ];

    /// <summary>The specification with it.</summary>
    public S.Manual Manual => new()
    {
        Operations = [.. S.Manual.Standard.Operations.Select(old => old.Name == Operation ? old with { Effects = [.. old.Effects.Select(Changed)] } : old)],
    };

    private S.Effect Changed(S.Effect effect, int place) => place != Effect ? effect : effect with
    {
        Do = s =>
        {
            Change(s);
            if (!IsInstead)
                effect.Do(s);
        },
    };

    private static S.Vcpu Any(S.Step step) => step.State.Vcpu(step.Self.X[1] & (Limits.Vcpus - 1));
}
