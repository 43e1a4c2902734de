namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>Interrupts between the vCPUs of a partition.</summary>
    public sealed partial class Step
    {
        private const int Broadcast = 40;
        private const ulong OtherAffinities = (0xffUL << 16) | (0xffUL << 32) | (0xffUL << 48) | (0xfUL << 44);

        /// <summary>Sends a value of ICC_SGI1R_EL1 (IHI0069, 12.2.21) to the other vCPUs of the partition.</summary>
        public void SendInterrupts(Word value)
        {
            for (ulong number = 0; number < Limits.VcpusPerPartition; number++)
                SendInterrupt(value, number);
        }

        /// <summary>Leaves it for one vCPU of the partition, if that is another one and the value names it.</summary>
        public void SendInterrupt(Word value, Word number)
        {
            Word target = Partition.Vcpus[number], others = NamedBy(value) & ~OwnBit;
            State.When((others >> number).Bit(0) & (target != Limits.NoVcpu), () => Leave(State.Vcpu(target & (Limits.Vcpus - 1)), 0, InterruptOf(value)));
        }

        /// <summary>Sends it to the one that sends, if the value names it: a broadcast does not.</summary>
        public void SendToSelf(Word value) => State.When(!value.Bit(Broadcast) & NamedBy(value).Has(OwnBit), () => Pend(Self, InterruptOf(value)));

        private Word OwnBit => Word.One(Configuration.Vcpu(Self.Index).Number);

        /// <summary>Bits of the vCPUs that a value names, by their numbers. Those of a partition have affinity 0 only.</summary>
        private static Word NamedBy(Word value) => value.Bit(Broadcast).Choose(~0UL, value.Has(OtherAffinities).Choose(0, value));

        private static Word InterruptOf(Word value) => Word.One((value >> 24) & 15);
    }
}
