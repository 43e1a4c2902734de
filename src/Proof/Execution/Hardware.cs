using Redoubt.Proof.Isa;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Execution;

/// <summary>
/// A part of the machine beside registers and memory, such as an interrupt controller, as far as the program's effects on it matter. It sees
/// each effect when it happens, in the program's order. What it knows it keeps in fields of the state that no address reaches, so that
/// paths that meet bring it together like all else.
/// </summary>
public abstract class Hardware
{
    /// <summary>A system register was read.</summary>
    public virtual void Read(SymbolicState state, int register, Term value)
    {
    }

    /// <summary>A system register was written.</summary>
    public virtual void Write(SymbolicState state, int register, Term value)
    {
    }

    /// <summary>A TLB or cache operation.</summary>
    public virtual void Maintain(SymbolicState state, int operation, Term value)
    {
    }

    /// <summary>A barrier.</summary>
    public virtual void Order(SymbolicState state, Instruction barrier)
    {
    }

    /// <summary>A device was read. Returns the word that comes, as far as more is known than the unknown word given.</summary>
    public virtual Term Load(SymbolicState state, Device device, Term offset, Term unknown) => unknown;

    /// <summary>A device was written.</summary>
    public virtual void Store(SymbolicState state, Device device, Term offset, Term value)
    {
    }

    /// <summary>A vector register is used.</summary>
    public virtual void UseVectors(SymbolicState state)
    {
    }

    /// <summary>A word that CPUs share was read, by an exclusive load.</summary>
    public virtual void Look(SymbolicState state)
    {
    }

    /// <summary>Other CPUs added bits to a word that CPUs share, before an exclusive load reads it.</summary>
    public virtual void Gain(SymbolicState state, Field field, Term row, Term before, Term added)
    {
    }

    /// <summary>A word that CPUs share was written, by an exclusive store.</summary>
    public virtual void Share(SymbolicState state)
    {
    }

    /// <summary>Firmware is called: registers are still those of the call.</summary>
    public virtual void Call(SymbolicState state)
    {
    }

    /// <summary>Firmware has answered.</summary>
    public virtual void Answer(SymbolicState state)
    {
    }
}
