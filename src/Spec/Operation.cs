namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>A reason to refuse.</summary>
    /// <param name="Status">What x0 says then, one of <see cref="Abi.Status"/>.</param>
    /// <param name="Text">The reason in words.</param>
    /// <param name="Holds">Whether it is given.</param>
    public sealed record Check(ulong Status, string Text, Func<Step, Truth> Holds);

    /// <summary>A part of what an operation does.</summary>
    /// <param name="Text">The part in words.</param>
    /// <param name="Do">Makes it so.</param>
    public sealed record Effect(string Text, Action<Step> Do);

    /// <summary>What makes an operation begin.</summary>
    public enum Occasion
    {
        /// <summary>A vCPU calls: <c>SVC</c> of a service, <c>HVC</c> of a guest.</summary>
        Call,

        /// <summary>A vCPU takes any other synchronous exception to EL2.</summary>
        Exception,

        /// <summary>An SError is taken while a vCPU runs.</summary>
        SError,

        /// <summary>A physical interrupt is taken.</summary>
        Interrupt,

    }

    /// <summary>
    /// A call, fault or interrupt. The first reason to refuse that holds is what x0 says, and nothing else changes; otherwise the effects take
    /// place, one after another.
    /// </summary>
    /// <param name="Occasion">What makes it begin.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Condition">Which of these it is, in words.</param>
    /// <param name="Applies">Whether it is this one, if none before it is.</param>
    /// <param name="Summary">What it is for.</param>
    public sealed record Operation(Occasion Occasion, string Name, string Condition, Func<Step, Truth> Applies, string Summary)
    {
        public IReadOnlyList<Check> Checks { get; init; } = [];

        public IReadOnlyList<Effect> Effects { get; init; } = [];

        /// <summary>Carries it out. Returns the check that refused it, or null.</summary>
        public Check? Run(Step step)
        {
            foreach (Check check in Checks)
            {
                if (check.Holds(step))
                {
                    step.Self.X[0] = check.Status;
                    return check;
                }
            }
            foreach (Effect effect in Effects)
                effect.Do(step);
            return null;
        }
    }
}
