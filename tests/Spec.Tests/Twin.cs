using Redoubt.Kernel;
using Redoubt.Kernel.Tests;
using Redoubt.Kernel.Tests.Model;
using S = Redoubt.Spec.Specification<Redoubt.Spec.Words.Number>;

namespace Redoubt.Spec.Tests;

/// <summary>The kernel and the specification side by side: whatever happens, happens to both, and they are compared.</summary>
internal sealed class Twin
{
    private const int Shares = 16;

    private readonly Rig _rig;
    private readonly S.Manual _manual;
    private readonly ulong[] _vcpus;
    private readonly NumberStore _expected = new(StateFields.All), _actual = new(StateFields.All), _configuration = new(ConfigurationFields.All);
    private readonly S.State _state;
    private readonly S.Configuration _config;
    private ulong _taken;

    /// <summary>A machine that has booted.</summary>
    public Twin(Rig rig, S.Manual manual)
    {
        (_rig, _manual) = (rig, manual);
        _vcpus = [.. Enumerable.Range(0, Limits.Vcpus).Select(index => (ulong)index).Where(index => Kernel.State.VcpuConfig(index).Used != 0)];
        rig.Hardware.Taken = intid => _taken = intid;
        Abstraction.ReadConfiguration(_configuration);
        Abstraction.Read(rig.Hardware, _vcpus, _expected);
        Abstraction.Read(rig.Hardware, _vcpus, _actual);
        _state = new S.State(_expected);
        _config = new S.Configuration(_configuration);
    }

    /// <summary>What was carried out, and the check that refused it, with counts.</summary>
    public static Dictionary<(string Operation, string? Refused), int> Carried { get; } = [];

    public Hardware Hardware => _rig.Hardware;

    /// <summary>vCPU that runs on a CPU; none while it sleeps.</summary>
    public ulong Running(ulong cpu) => _rig.Running(cpu);

    public ref VcpuState Vcpu(ulong index) => ref Kernel.State.Vcpu(index);

    /// <summary>Whether a virtual interrupt of a vCPU is active.</summary>
    public bool HasActive(ulong index) => S.Step.AnnouncedActive(_state.Vcpu(index)).Value.Value != 0;

    /// <summary>A vCPU calls, x0 and up given.</summary>
    public void Call(ulong cpu, params ulong[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
            Write(cpu, StateFields.X, i, arguments[i]);
        bool service = (Kernel.State.PartitionOf(Running(cpu)).Flags & PartitionFlags.Service) != 0;
        Except(cpu, ((service ? ExceptionClass.Svc64 : ExceptionClass.Hvc64) << 26) | (1 << 25));
    }

    /// <summary>A vCPU takes an exception.</summary>
    public void Except(ulong cpu, ulong esr)
    {
        S.Step step = Step(cpu, esr, 0);
        _rig.Exception(cpu, esr >> 26, esr & 0x3ff_ffff);
        Finish(step, S.Occasion.Exception);
    }

    /// <summary>A vCPU is hit by an SError.</summary>
    public void SError(ulong cpu, ulong iss)
    {
        S.Step step = Step(cpu, (0x2fUL << 26) | (1 << 25) | iss, 0);
        _rig.SError(cpu, iss);
        Finish(step, S.Occasion.SError);
    }

    /// <summary>A CPU takes an interrupt.</summary>
    public void Interrupt(ulong cpu)
    {
        _taken = Hardware.NothingPending;
        _rig.TakeInterrupt(cpu);
        Finish(Step(cpu, 0, _taken), S.Occasion.Interrupt);
    }

    /// <summary>The vCPU that runs changes a general register.</summary>
    public void Write(ulong cpu, Field field, int number, ulong value)
    {
        Vcpu(Running(cpu)).X[number] = value;
        _expected[field][((int)Running(cpu) * field.Columns) + number] = value;
    }

    /// <summary>The vCPU that runs changes registers of the processor.</summary>
    public void Run(ulong cpu, Action<Core> change)
    {
        change(Hardware.Cores[cpu]);
        ulong index = Running(cpu);
        Abstraction.Read(Hardware, _vcpus, _actual);
        foreach (Field field in (ReadOnlySpan<Field>)[StateFields.System, StateFields.Vectors, StateFields.Float, StateFields.Interface])
            Array.Copy(_actual[field], (int)index * field.Columns, _expected[field], (int)index * field.Columns, field.Columns);
    }

    /// <summary>The guest that runs acknowledges an interrupt, if one is signalled to it.</summary>
    public void Acknowledge(ulong cpu)
    {
        VirtualInterface face = Hardware.Cores[cpu].Virtual;
        ulong intid = VirtualInterface.Nothing;
        Run(cpu, _ =>
        {
            if (face.Vmcr == 0)
                face.LetThrough();
            intid = face.Acknowledge();
        });
        if (intid != VirtualInterface.Nothing)
            Step(cpu, 0, 0).GuestAcknowledges(ListOf(face, intid));
        Compare("acknowledge");
    }

    /// <summary>The guest that runs ends an interrupt that is active.</summary>
    public void End(ulong cpu)
    {
        VirtualInterface face = Hardware.Cores[cpu].Virtual;
        int active = Array.FindIndex(face.Lists, list => list.IsActive);
        if (active < 0)
            return;
        Run(cpu, core =>
        {
            if (face.End(face.Lists[active].Value & 0xffff_ffff) is { } physical)
                Hardware.Deactivate(core, physical);
        });
        Step(cpu, 0, 0).GuestEnds((ulong)active);
        Compare("end");
    }

    /// <summary>The representation invariant holds: of vCPUs and CPUs, and of some of the virtual and physical interrupts, others each turn.</summary>
    public void CheckInvariants(int turn)
    {
        foreach (S.Invariant invariant in S.Invariants)
        {
            foreach (ulong row in Rows(invariant.Field, turn))
            {
                foreach (ulong column in Some(invariant.Field.Columns, turn))
                    Assert.True(invariant.Holds(_state, _config, row, column).Value.Value != 0, $"{invariant.Field.Subject} {row}: {invariant.Text}");
            }
        }
    }

    private IEnumerable<ulong> Rows(Field field, int turn) => field.Subject switch
    {
        Subject.Vcpu => _vcpus,
        Subject.Cpu => Hardware.Cores.Select(core => core.Number),
        _ => Some(field.Rows, turn),
    };

    /// <summary>A share of some numbers, another one each turn; all if they are few.</summary>
    private static IEnumerable<ulong> Some(int count, int turn)
    {
        int shares = count < Shares ? 1 : Shares;
        for (int number = turn % shares; number < count; number += shares)
            yield return (ulong)number;
    }

    private static ulong ListOf(VirtualInterface face, ulong intid) =>
        (ulong)Array.FindIndex(face.Lists, list => list.IsActive && (list.Value & 0xffff_ffff) == intid);

    private S.Step Step(ulong cpu, ulong esr, ulong intid)
    {
        Core core = Hardware.Cores[cpu];
        return new S.Step(_state, _config, cpu, new S.Entry(new S.Esr(esr), core.Far, core.Hpfar, intid, Hardware.Counter, Hardware.Counter, 0));
    }

    private void Finish(S.Step step, S.Occasion occasion)
    {
        (S.Operation operation, S.Check? refused) = _manual.Enter(step, occasion);
        (string, string?) carried = (operation.Name, refused?.Text);
        Carried[carried] = Carried.GetValueOrDefault(carried) + 1;
        Compare(operation.Name);
    }

    private void Compare(string operation)
    {
        Abstraction.Read(Hardware, _vcpus, _actual);
        foreach (Field field in StateFields.All)
        {
            ulong[] expected = _expected[field], actual = _actual[field];
            int place = expected.AsSpan().CommonPrefixLength(actual);
            if (place < expected.Length)
            {
                Assert.Fail($"after {operation}: {field}[{place / field.Columns}, {place % field.Columns}] is {actual[place]:x}, "
                    + $"and should be {expected[place]:x}");
            }
        }
    }
}
