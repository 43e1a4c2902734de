namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>What the processor does by itself while a guest runs and uses its virtual interrupt interface.</summary>
    public sealed partial class Step
    {
        /// <summary>The guest acknowledges the interrupt that a list register announces: it is active.</summary>
        public void GuestAcknowledges(Word list) => Self.Lists[list] = Self.Lists[list].Retracted.Activated;

        /// <summary>The guest ends the interrupt of a list register: neither it nor the physical one it is linked to is active.</summary>
        public void GuestEnds(Word list)
        {
            List ended = Self.Lists[list];
            Self.Lists[list] = ended.Deactivated;
            Deactivate(Self, ended);
        }
    }
}
