namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>Where the words of fields are kept.</summary>
    public interface IStore
    {
        T Read(Field field, T row, T column);

        void Write(Field field, T row, T column, T value);

        /// <summary>Does something if a truth holds; over terms in one go, without a case for each.</summary>
        void When(T truth, Action action);
    }

    /// <summary>Words of a field of one subject.</summary>
    public sealed class Row(IStore store, Field field, Word subject)
    {
        public Word this[Word column]
        {
            get => new(store.Read(field, subject.Value, column.Value));
            set => store.Write(field, subject.Value, column.Value, value.Value);
        }
    }

    /// <summary>A vCPU, CPU, partition, interrupt or the machine.</summary>
    public abstract class Thing(IStore store, Word index)
    {
        /// <summary>Which one it is.</summary>
        public Word Index => index;

        protected Word this[Field field]
        {
            get => Row(field)[0UL];
            set => store.Write(field, index.Value, T.Constant(0), value.Value);
        }

        protected Row Row(Field field) => new(store, field, index);
    }
}
