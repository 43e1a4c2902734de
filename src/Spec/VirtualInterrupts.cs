namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>Virtual interrupts. Enabled, Pending and Line are the truth; list registers hold what was announced.</summary>
    public sealed partial class Step
    {
        // ICH_HCR_EL2: En, UIE
        private const ulong Enable = 1, Underflow = 2;

        /// <summary>ICH_HCR_EL2 of a guest for which nothing waits.</summary>
        public const ulong ResetControl = Enable;

        /// <summary>The same of a guest for which more waits than can be announced.</summary>
        public const ulong UnderflowControl = Enable | Underflow;

        /// <summary>Whether more waits for a guest than can be announced: a maintenance interrupt comes when all but one list register are free.</summary>
        public static Truth AsksForMore(Vcpu vcpu) => (vcpu.Control & UnderflowControl) == UnderflowControl;

        /// <summary>INTID of the virtual timer, virtual and physical.</summary>
        public const ulong TimerInterrupt = GuestMap.TimerInterrupt;

        /// <summary>Latches interrupts and announces what can be announced.</summary>
        public void Pend(Vcpu vcpu, Word interrupts)
        {
            vcpu.Pending |= interrupts;
            Announce(vcpu);
        }

        /// <summary>Whether an enabled interrupt is pending.</summary>
        public static Truth IsDeliverable(Vcpu vcpu)
        {
            Truth pending = vcpu.Enabled.Has(vcpu.Pending | vcpu.Line);
            for (ulong i = 0; i < Limits.ListRegisters; i++)
                pending |= vcpu.Lists[i].IsPending;
            return (vcpu.Enabled != 0) & pending;
        }

        /// <summary>
        /// What is announced and pending again becomes pending and active; then free list registers announce what is enabled and pending,
        /// lower INTID first. If not all fit, a maintenance interrupt will follow. A vCPU that waits and has something wakes.
        /// </summary>
        public void Announce(Vcpu vcpu)
        {
            Word announced = 0;
            for (ulong i = 0; i < Limits.ListRegisters; i++)
                announced |= Renew(vcpu, i);
            Word left = vcpu.Enabled & (vcpu.Pending | vcpu.Line) & ~announced;
            for (ulong i = 0; i < Limits.ListRegisters; i++)
                left &= ~Fill(vcpu, i, left);
            vcpu.Control = (left != 0).Choose(UnderflowControl, ResetControl);
            State.When((vcpu.Lifecycle == Lifecycle.Waiting) & IsDeliverable(vcpu), () => Wake(vcpu));
        }

        /// <summary>One list register takes note of what has changed. Returns the bit of its interrupt, 0 if it is free.</summary>
        private static Word Renew(Vcpu vcpu, ulong i)
        {
            List list = vcpu.Lists[i];
            Truth again = !list.IsFree & !list.IsHardware & list.Bit.Has(vcpu.Pending & vcpu.Enabled);
            Truth level = !list.IsFree & list.Bit.Has(vcpu.Line);
            List renewed = new(level.Choose(list.WithEnd.Value, list.Value));
            vcpu.Lists[i] = new(again.Choose(renewed.Pended.Value, renewed.Value));
            Word bit = again.Choose(list.Bit, 0);
            vcpu.Latched |= bit;
            vcpu.Pending &= ~bit;
            return list.IsFree.Choose(0, list.Bit);
        }

        /// <summary>One list register, if it is free, announces the lowest of some interrupts. Returns its bit, 0 if it announces none.</summary>
        private static Word Fill(Vcpu vcpu, ulong i, Word interrupts)
        {
            Truth free = vcpu.Lists[i].IsFree, used = free & (interrupts != 0);
            Word lowest = interrupts.TrailingZeros & (Limits.VirtualInterrupts - 1);
            Word bit = used.Choose(Word.One(lowest), 0);
            List list = vcpu.Templates[lowest].Pended;
            List filled = new(vcpu.Line.Has(bit).Choose(list.WithEnd.Value, list.Value));
            vcpu.Lists[i] = new(used.Choose(filled.Value, free.Choose(0, vcpu.Lists[i].Value)));
            vcpu.Latched = (vcpu.Latched & ~bit) | (vcpu.Pending & bit);
            vcpu.Pending &= ~bit;
            return bit;
        }

        /// <summary>Enabled takes a value under a mask. What is disabled is not announced any more.</summary>
        public void WriteEnabled(Vcpu vcpu, Word mask, Word value)
        {
            vcpu.Enabled = (vcpu.Enabled & ~mask) | (value & mask);
            vcpu.Pending |= Retract(vcpu, mask & ~value) & vcpu.Latched;
        }

        /// <summary>Latches take a value under a mask, except those of physical interrupts.</summary>
        public void WritePending(Vcpu vcpu, Word mask, Word value)
        {
            Word software = mask & ~vcpu.Hardware;
            vcpu.Pending = (vcpu.Pending & ~software) | (value & software);
            Retract(vcpu, software & ~value);
        }

        /// <summary>Lines take a value under a mask, except those of physical interrupts.</summary>
        public void WriteLine(Vcpu vcpu, Word mask, Word value)
        {
            Word software = mask & ~vcpu.Hardware;
            vcpu.Line = (vcpu.Line & ~software) | (value & software);
            Retract(vcpu, software & ~value & ~vcpu.Latched);
        }

        /// <summary>Interrupts under a mask whose value is 0 are not active any more, nor are the physical ones they are linked to.</summary>
        public void WriteActive(Vcpu vcpu, Word mask, Word value)
        {
            for (ulong i = 0; i < Limits.ListRegisters; i++)
            {
                List list = vcpu.Lists[i];
                ulong place = i;
                State.When(list.IsActive & list.Bit.Has(mask & ~value), () =>
                {
                    vcpu.Lists[place] = list.Deactivated;
                    Deactivate(vcpu, list);
                });
            }
        }

        /// <summary>The physical interrupt that a list register or template is linked to, if it is, can fire again.</summary>
        private void Deactivate(Vcpu vcpu, List list)
        {
            State.When(list.IsHardware & (list.Physical == TimerInterrupt), () => vcpu.TimerActive = 0);
            State.When(list.IsHardware & (list.Physical != TimerInterrupt), () => State.Active[list.Physical] = 0);
        }

        /// <summary>Announced interrupts are pending no more, those of some bits. Returns which of them were.</summary>
        private static Word Retract(Vcpu vcpu, Word bits)
        {
            Word retracted = 0;
            for (ulong i = 0; i < Limits.ListRegisters; i++)
            {
                List list = vcpu.Lists[i];
                Truth hit = list.IsPending & list.Bit.Has(bits);
                vcpu.Lists[i] = new(hit.Choose(list.Retracted.Value, list.Value));
                retracted |= hit.Choose(list.Bit, 0);
            }
            return retracted;
        }

        /// <summary>Interrupts that list registers announce as pending.</summary>
        public static Word AnnouncedPending(Vcpu vcpu) => Collect(vcpu, list => list.IsPending);

        /// <summary>Interrupts that list registers show as active.</summary>
        public static Word AnnouncedActive(Vcpu vcpu) => Collect(vcpu, list => list.IsActive);

        private static Word Collect(Vcpu vcpu, Func<List, Truth> which)
        {
            Word bits = 0;
            for (ulong i = 0; i < Limits.ListRegisters; i++)
                bits |= which(vcpu.Lists[i]).Choose(vcpu.Lists[i].Bit, 0);
            return bits;
        }
    }
}
