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

        /// <summary>Sends it to one vCPU of the partition, if the value names it.</summary>
        public void SendInterrupt(Word value, Word number)
        {
            const int Broadcast = 40;
            const ulong OtherAffinities = (0xffUL << 16) | (0xffUL << 32) | (0xffUL << 48) | (0xfUL << 44);
            Truth others = Configuration.Vcpu(Self.Index).Number != number;
            Truth named = !value.Has(OtherAffinities) & (value >> number).Bit(0);
            Word target = Partition.Vcpus[number];
            if (((value.Bit(Broadcast) & others) | (!value.Bit(Broadcast) & named)) & (target != Limits.NoVcpu))
                Send(State.Vcpu(target), 0, Word.One((value >> 24) & 15));
        }
    }
}
