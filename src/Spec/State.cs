using F = Redoubt.Spec.StateFields;

namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>The state, by subject.</summary>
    public sealed class State(IStore store)
    {
        public Vcpu Vcpu(Word index) => new(store, index);

        public Cpu Cpu(Word number) => new(store, number);

        /// <summary>Physical interrupts that are active, by INTID.</summary>
        public Active Active => new(store);

        public Word Power
        {
            get => new Row(store, F.Power, 0UL)[0UL];
            set => store.Write(F.Power, T.Constant(0), T.Constant(0), value.Value);
        }

        /// <summary>Does something if a truth holds; an <c>if</c> that makes no cases.</summary>
        public void When(Truth truth, Action action) => store.When(truth.Value, action);

        /// <summary>A word of any field.</summary>
        public Row Row(Field field, Word subject) => new(store, field, subject);
    }

    /// <summary>Whether each physical interrupt is active.</summary>
    public sealed class Active(IStore store)
    {
        public Word this[Word intid]
        {
            get => new Row(store, F.Active, intid)[0UL];
            set => store.Write(F.Active, intid.Value, T.Constant(0), value.Value);
        }
    }

    /// <summary>State of a vCPU; <see cref="StateFields"/> says what each word means.</summary>
    public sealed class Vcpu(IStore store, Word index) : Thing(store, index)
    {
        /// <summary>The CPU it is pinned to.</summary>
        public Word Cpu => Index >> 4;

        /// <summary>Its bit in the rank masks of its CPU.</summary>
        public Word RankBit => Word.One(Index & (Limits.VcpusPerCpu - 1));

        public Row X => Row(F.X);

        public Word Pc { get => this[F.Pc]; set => this[F.Pc] = value; }

        public Word Pstate { get => this[F.Pstate]; set => this[F.Pstate] = value; }

        public Row System => Row(F.System);

        public Lists Lists => new(Row(F.Lists));

        public Word Control { get => this[F.Control]; set => this[F.Control] = value; }

        public Lists Templates => new(Row(F.Templates));

        public Word Hardware { get => this[F.Hardware]; set => this[F.Hardware] = value; }

        public Word Enabled { get => this[F.Enabled]; set => this[F.Enabled] = value; }

        public Word Pending { get => this[F.Pending]; set => this[F.Pending] = value; }

        public Word Line { get => this[F.Line]; set => this[F.Line] = value; }

        public Word Latched { get => this[F.Latched]; set => this[F.Latched] = value; }

        public Word TimerActive { get => this[F.TimerActive]; set => this[F.TimerActive] = value; }

        public Word Lifecycle { get => this[F.Lifecycle]; set => this[F.Lifecycle] = value; }

        public Word Calling { get => this[F.Calling]; set => this[F.Calling] = value; }

        public Word Deadline { get => this[F.Deadline]; set => this[F.Deadline] = value; }

        public Word Events { get => this[F.Events]; set => this[F.Events] = value; }

        public Word Fault { get => this[F.Fault]; set => this[F.Fault] = value; }

        public Esr Syndrome { get => new(this[F.Syndrome]); set => this[F.Syndrome] = value.Value; }

        public Word Address { get => this[F.Address]; set => this[F.Address] = value; }

        public Word Ipa { get => this[F.Ipa]; set => this[F.Ipa] = value; }

        public Word InboxEvents { get => this[F.InboxEvents]; set => this[F.InboxEvents] = value; }

        public Word InboxVirtual { get => this[F.InboxVirtual]; set => this[F.InboxVirtual] = value; }

        public Row Account => Row(F.Account);
    }

    /// <summary>List registers, or templates of them.</summary>
    public sealed class Lists(Row row)
    {
        public List this[Word index]
        {
            get => new(row[index]);
            set => row[index] = value.Value;
        }
    }

    /// <summary>State of a CPU; <see cref="StateFields"/> says what each word means.</summary>
    public sealed class Cpu(IStore store, Word number) : Thing(store, number)
    {
        public Word Current { get => this[F.Current]; set => this[F.Current] = value; }

        public Word Idle { get => this[F.Idle]; set => this[F.Idle] = value; }

        public Word Resident { get => this[F.Resident]; set => this[F.Resident] = value; }

        public Word Since { get => this[F.Since]; set => this[F.Since] = value; }

        public Word Ready { get => this[F.Ready]; set => this[F.Ready] = value; }

        public Word Slot { get => this[F.Slot]; set => this[F.Slot] = value; }

        public Word SlotEnd { get => this[F.SlotEnd]; set => this[F.SlotEnd] = value; }

        public Word Alarm { get => this[F.Alarm]; set => this[F.Alarm] = value; }

        public Word Inbox { get => this[F.Inbox]; set => this[F.Inbox] = value; }

        public Word Announced { get => this[F.Announced]; set => this[F.Announced] = value; }

        /// <summary>Index of its vCPU of a rank.</summary>
        public Word VcpuOf(Word rank) => (Index << 4) | (rank & (Limits.VcpusPerCpu - 1));
    }
}
