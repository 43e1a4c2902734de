namespace Redoubt.Proof.Isa;

/// <summary>The four condition flags, as truths.</summary>
public readonly record struct Flags<T>(T Negative, T Zero, T Carry, T Overflow);

/// <summary>The machine's state as the interpreter sees it; what lies behind memory and system registers is the machine's matter.</summary>
/// <typeparam name="T">Kind of word.</typeparam>
public interface IState<T>
    where T : IWord<T>
{
    /// <summary>x0 to x30; 31 is the stack pointer.</summary>
    T this[int register] { get; set; }

    Flags<T> Flags { get; set; }

    /// <summary>Loads 1, 2, 4 or 8 bytes, zero-extended. A probe's result is thrown away.</summary>
    T Load(T address, int size, bool probe);

    void Store(T address, int size, T value);

    /// <summary>Loads and marks the address for an exclusive store.</summary>
    T LoadExclusive(T address, int size);

    /// <summary>Stores if the mark is still there; returns 0 if it stored, 1 if not.</summary>
    T StoreExclusive(T address, int size, T value);

    /// <summary>A 128-bit register between memory and register file.</summary>
    void LoadVector(int register, T address);

    void StoreVector(int register, T address);

    T ReadSystem(int register);

    void WriteSystem(int register, T value);

    /// <summary>TLB, instruction cache and data cache operations.</summary>
    void Maintain(int operation, T value);

    void Barrier(Instruction barrier);

    void MaskInterrupts(ulong mask);

    void SelectStack(ulong stack);
}

/// <summary>Where control goes after an instruction.</summary>
public enum FlowKind
{
    Next, Jump, Call, Fork, Indirect, Return, ExceptionReturn, SecureCall, Wait, Stop,
}

/// <summary>Where control goes after an instruction.</summary>
/// <param name="Kind">The way it goes.</param>
/// <param name="Target">Where, if that is a constant.</param>
/// <param name="Condition">Of a fork: the truth that it goes to the target and not to the next instruction.</param>
/// <param name="Register">Of an indirect branch or a return: the target.</param>
public readonly record struct Flow<T>(FlowKind Kind, ulong Target = 0, T? Condition = default, T? Register = default);
