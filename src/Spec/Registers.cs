namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>A value of ESR_EL2, the syndrome of an exception (Arm ARM D19.2.40).</summary>
    public readonly struct Esr(Word value)
    {
        public const ulong WaitFor = 0x01, Svc64 = 0x15, Hvc64 = 0x16, Smc64 = 0x17, SystemRegister = 0x18, InstructionAbort = 0x20, DataAbort = 0x24;

        public Word Value => value;

        /// <summary>Exception class, bits 31:26.</summary>
        public Word Class => (value >> 26) & 0x3f;

        /// <summary>Bytes of the instruction that trapped: IL, bit 25.</summary>
        public Word Length => 2 + ((value >> 24) & 2);

        /// <summary>Data abort: the register loaded or stored; 31 is the one that reads as zero.</summary>
        public Word Transfer => (value >> 16) & 31;

        /// <summary>System register trap: the general register; 31 is the one that reads as zero.</summary>
        public Word General => (value >> 5) & 31;

        /// <summary>System register trap: a read, bit 0.</summary>
        public Truth IsRead => value.Bit(0);

        /// <summary>System register trap: op0, op2, op1, CRn, CRm in their places.</summary>
        public Word Register => value & 0x3f_fc1e;

        /// <summary>An abort whose HPFAR_EL2 is known: not a permission fault (fault status 0b0011xx), unless on a table walk (S1PTW, bit 7).</summary>
        public Truth TellsIpa => ((value & 0x3c) != 0xc) | value.Bit(7);
    }

    /// <summary>A value of ICH_LR&lt;n&gt;_EL2, a list register (GIC architecture, IHI0069, 12.4.9).</summary>
    public readonly struct List(Word value)
    {
        private const ulong PendingBit = 1UL << 62, ActiveBit = 1UL << 63, EndBit = 1UL << 41, PriorityBits = 0xffUL << 48;

        /// <summary>Priority of an interrupt until another is set.</summary>
        public const ulong LowestPriority = 0xf8;

        public Word Value => value;

        /// <summary>Virtual INTID.</summary>
        public Word Interrupt => value & (Limits.VirtualInterrupts - 1);

        /// <summary>Bit of the virtual INTID in words of virtual interrupts.</summary>
        public Word Bit => Word.One(Interrupt);

        public Truth IsPending => value.Bit(62);

        public Truth IsActive => value.Bit(63);

        /// <summary>It announces nothing.</summary>
        public Truth IsFree => !IsPending & !IsActive;

        /// <summary>Linked to a physical interrupt.</summary>
        public Truth IsHardware => value.Bit(61);

        /// <summary>The physical INTID of one that is linked.</summary>
        public Word Physical => (value >> 32) & 0x3ff;

        /// <summary>When it ends, it says so by a maintenance interrupt.</summary>
        public Truth WillSayEnd => !IsHardware & value.Has(EndBit);

        /// <summary>It announces nothing any more, and says so by a maintenance interrupt.</summary>
        public Truth SaysEnd => IsFree & WillSayEnd;

        public List Pended => new(value | PendingBit);

        public List Retracted => new(value & ~PendingBit);

        public List Activated => new(value | ActiveBit);

        public List Deactivated => new(value & ~ActiveBit);

        /// <summary>Its end will cause a maintenance interrupt.</summary>
        public List WithEnd => new(value | EndBit);

        public List WithPriority(Word priority) => new((value & ~PriorityBits) | (priority << 48));
    }
}
