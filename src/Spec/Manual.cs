namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>All operations. What an entry to EL2 does: the first operation of its occasion that applies, then the schedule.</summary>
    public sealed class Manual
    {
        /// <summary>Operations in the order in which they are asked whether they apply.</summary>
        public required IReadOnlyList<Operation> Operations { get; init; }

        /// <summary>The manual as it stands.</summary>
        public static Manual Standard { get; } = new() { Operations = [.. Calls, .. Exceptions, .. Interrupts] };

        /// <summary>One entry to EL2.</summary>
        public (Operation Operation, Check? Refused) Enter(Step step, Occasion occasion)
        {
            (Operation, Check?) carried = Operate(step, occasion);
            step.Schedule();
            return carried;
        }

        /// <summary>The operation of an entry, without the schedule that ends it.</summary>
        public (Operation Operation, Check? Refused) Operate(Step step, Occasion occasion)
        {
            Operation operation = Find(step, occasion);
            return (operation, Operate(step, operation));
        }

        /// <summary>Carries out an operation, without the schedule. Returns the check that refused it, or null.</summary>
        public static Check? Operate(Step step, Operation operation)
        {
            if (operation.Occasion == Occasion.Call)
                step.Self.Account[AccountItem.Calls] += 1;
            return operation.Run(step);
        }

        /// <summary>The operation of an entry.</summary>
        public Operation Find(Step step, Occasion occasion)
        {
            if (occasion == Occasion.Exception)
            {
                Word type = step.Entry.Syndrome.Class;
                occasion = (type == Esr.Svc64) | (type == Esr.Hvc64) ? Occasion.Call : Occasion.Exception;
            }
            foreach (Operation operation in Operations)
            {
                if (operation.Occasion == occasion && operation.Applies(step))
                    return operation;
            }
            throw new InvalidOperationException($"no operation for {occasion}");
        }
    }
}
