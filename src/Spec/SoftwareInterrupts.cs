namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>Interrupts between the vCPUs of a partition.</summary>
    public sealed partial class Step
    {
        /// <summary>A value of ICC_SGI1R_EL1 (IHI0069, 12.2.21): the vCPUs of a partition have affinity 0 only.</summary>
        public void SendInterrupts(Word value)
        {
            for (ulong number = 0; number < Limits.VcpusPerPartition; number++)
                SendInterrupt(value, number);
        }

        /// <summary>Sends it to one vCPU of the partition, if the value names it: at once to the one that sends, to any other by its inbox.</summary>
        public void SendInterrupt(Word value, Word number)
        {
            const int Broadcast = 40;
            const ulong OtherAffinities = (0xffUL << 16) | (0xffUL << 32) | (0xffUL << 48) | (0xfUL << 44);
            Truth self = Configuration.Vcpu(Self.Index).Number == number;
            Truth listed = !value.Bit(Broadcast) & !value.Has(OtherAffinities) & (value >> number).Bit(0);
            Word target = Partition.Vcpus[number], interrupt = Word.One((value >> 24) & 15);
            State.When(self & listed, () => Pend(Self, interrupt));
            State.When(!self & (value.Bit(Broadcast) | listed) & (target != Limits.NoVcpu), () => Leave(State.Vcpu(target), 0, interrupt));
        }
    }
}
