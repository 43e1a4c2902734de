using Redoubt.Proof.Isa;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Execution;

/// <summary>Memory of a symbolic state: every access is resolved to a cell of a region, and that it may be there is an obligation.</summary>
public sealed partial class SymbolicState
{
    private const int CellBytes = 8;

    /// <summary>CPTR_EL2.TFP.</summary>
    private const int VectorTrap = 10;

    /// <summary>What a field holds.</summary>
    public Cells Cells(Field field)
    {
        if (!_memory.TryGetValue(field, out Cells? cells))
        {
            // The beginning is one object for all paths.
            cells = _environment.Beginning(field);
            _memory = _memory.SetItem(field, cells);
        }

        return cells;
    }

    /// <summary>Fields that were read or written; all others are as at the beginning.</summary>
    public IEnumerable<Field> Touched => _memory.Keys;

    /// <summary>Sets what a field holds.</summary>
    public void SetCells(Field field, Cells cells) => _memory = _memory.SetItem(field, cells);

    public Term Load(Term address, int size, bool probe)
    {
        address = Fixed(address);
        if (address.Kind == Kind.Constant && _environment.Program.ConstantAt(address.Value, size) is { } constant)
        {
            RequireAligned(address, size);
            return Term.Constant(constant);
        }

        if (InText(address) is { } index)
            throw new SplitException(index);
        if (DeviceAt(address, size) is var (device, offset))
            return _environment.Hardware.Aggregate(_environment.Fresh("device", Bits.Ones(size * 8)), (word, part) => part.Load(this, device, offset, word));
        if (Resolve(address, size) is not { } place)
            return _environment.Fresh("nowhere");
        if (!probe)
            RequireOwner(place, false);
        Term word = Cells(place.Field)[place.Outer, place.Inner];
        if (_environment.Shared.Contains(place.Field.Name))
            word |= _environment.Fresh("others", place.Field.Ones);
        return (word >>> Term.Constant((ulong)(place.Byte * 8))) & Term.Constant(Bits.Ones(size * 8));
    }

    public void Store(Term address, int size, Term value)
    {
        address = Fixed(address);
        if (DeviceAt(address, size) is var (device, offset))
        {
            foreach (Hardware part in _environment.Hardware)
            {
                part.Store(this, device, offset, value);
            }

            return;
        }

        if (Resolve(address, size) is not { } place)
            return;
        if (_environment.Shared.Contains(place.Field.Name))
            Fail($"a plain store to {place.Field.Name}, which other CPUs change");
        Write(place, size, value);
    }

    public Term LoadExclusive(Term address, int size)
    {
        address = Fixed(address);
        _mark = address;
        if (Resolve(address, size) is not { } place || size != CellBytes || !_environment.Shared.Contains(place.Field.Name))
        {
            Fail("an exclusive load of something that is not shared");
            return _environment.Fresh("nowhere");
        }

        foreach (Hardware part in _environment.Hardware)
        {
            part.Look(this);
        }

        // Other CPUs add bits at any moment, the last one before the exclusive load.
        Term added = _environment.Fresh("others", place.Field.Ones), before = Cells(place.Field)[place.Outer, place.Inner];
        foreach (Hardware part in _environment.Hardware)
        {
            part.Gain(this, place.Field, place.Outer, before, added);
        }

        SetCells(place.Field, Cells(place.Field).Adding(place.Outer, place.Inner, added));
        Field others = Environment.OthersOf(place.Field);
        SetCells(others, Cells(others).Adding(place.Outer, place.Inner, added));
        return before | added;
    }

    /// <summary>
    /// The attempt that succeeds. One that fails changes nothing and goes back to the exclusive load (see <see cref="Executor"/>), so that it
    /// leaves no trace.
    /// </summary>
    public Term StoreExclusive(Term address, int size, Term value)
    {
        address = Fixed(address);
        if (_mark != address || Resolve(address, size) is not { } place)
        {
            Fail("an exclusive store without its exclusive load");
            return Term.Constant(0);
        }

        _mark = null;
        Term old = Cells(place.Field)[place.Outer, place.Inner];
        Require("ownership", Term.Either(Owned(place), Term.Equal(value & old, old)), $"{place.Field.Name} of another CPU only gains bits");
        Write(place, size, value, exclusive: true);
        foreach (Hardware part in _environment.Hardware)
        {
            part.Share(this);
        }

        return Term.Constant(0);
    }

    public void LoadVector(int register, Term address)
    {
        RequireVectors();
        Term[] vectors = (Term[])_vectors.Clone();
        vectors[register * 2] = Load(address, CellBytes, false);
        vectors[(register * 2) + 1] = Load(address + Term.Constant(CellBytes), CellBytes, false);
        _vectors = vectors;
    }

    public void StoreVector(int register, Term address)
    {
        RequireVectors();
        Store(address, CellBytes, _vectors[register * 2]);
        Store(address + Term.Constant(CellBytes), CellBytes, _vectors[(register * 2) + 1]);
    }

    private void RequireVectors()
    {
        string? function = _environment.Program.FunctionAt(Address)?.Name;
        if (function is null || !_environment.VectorFunctions.Contains(function))
            Fail("a vector register is used outside the routines that switch them");
        Require("safety", Term.Not(Term.Bit(Register(SystemRegisters.CptrEl2), VectorTrap)), "CPTR_EL2 lets vector registers be used");
        foreach (Hardware part in _environment.Hardware)
        {
            part.UseVectors(this);
        }
    }

    private void Write(Place place, int size, Term value, bool exclusive = false)
    {
        if (!exclusive)
            RequireOwner(place, true);
        if (_environment.Constant.Contains(place.Field.Name))
            Fail($"a store to {place.Field.Name}, which is constant after boot");
        Cells cells = Cells(place.Field);
        if (size < CellBytes)
        {
            Term shift = Term.Constant((ulong)(place.Byte * 8)), mask = Term.Constant(Bits.Ones(size * 8));
            value = (cells[place.Outer, place.Inner] & ~(mask << shift)) | ((value & mask) << shift);
        }

        if ((value.Ones & ~place.Field.Ones) != 0)
            Require("invariant", Term.Equal(value & Term.Constant(~place.Field.Ones), Term.Constant(0)), $"{place.Field.Name} has no bits but 0x{place.Field.Ones:x}");
        SetCells(place.Field, exclusive ? cells.WithMore(place.Outer, place.Inner, value, Term.Truth(true)) : cells.With(place.Outer, place.Inner, value));
    }

    /// <summary>The device that an access is to, if it is to one that may be accessed, and where in it; it is aligned and within the device.</summary>
    private (Device Device, Term Offset)? DeviceAt(Term address, int size)
    {
        if (address.Kind is not (Kind.Sum or Kind.Cell))
            return null;
        Term[] parts = address.Kind == Kind.Sum ? address.Arguments : [address];
        if (_environment.Devices.FirstOrDefault(device => parts.Any(part => part.Kind == Kind.Cell && part.Name == device.Base)) is not { } found)
            return null;
        Term offset = address - parts.First(part => part.Kind == Kind.Cell && part.Name == found.Base);
        Term owner = parts.First(part => part.Kind == Kind.Cell && part.Name == found.Base).Arguments[0];
        Require("safety", Term.Less(offset, Term.Constant(found.Size - (ulong)size + 1)), $"the access is within the {found.Name}");
        Require("ownership", Term.Equal(owner, _environment.Cpu), $"the {found.Name} is this CPU's");
        RequireAligned(offset, size);
        return (found, offset);
    }

    private Place? Resolve(Term address, int size)
    {
        Term[] parts = address.Kind == Kind.Sum ? address.Arguments : address.Kind == Kind.Constant ? [] : [address];
        ulong[] factors = address.Kind == Kind.Sum ? address.Factors : parts.Length == 0 ? [] : [1];
        ulong constant = address.Kind is Kind.Sum or Kind.Constant ? address.Value : 0;
        if (_environment.Regions.FirstOrDefault(region => region.Contains(constant)) is not { } region)
        {
            Fail($"an access outside of all regions: {address}");
            return null;
        }

        Term outer = Term.Constant((constant - region.Base) / region.Stride);
        ulong offset = (constant - region.Base) % region.Stride;
        if (region.Fields.LastOrDefault(candidate => candidate.Offset <= offset
                && (offset - candidate.Offset) % candidate.Stride < CellBytes && (offset - candidate.Offset) / candidate.Stride < candidate.Count) is not { } field)
        {
            Fail($"an access to a part of {region.Name} that no field covers: {address}");
            return null;
        }

        Term inner = Term.Constant((offset - field.Offset) / field.Stride);
        for (int i = 0; i < parts.Length; i++)
        {
            if (factors[i] % region.Stride == 0)
                outer += parts[i] * Term.Constant(factors[i] / region.Stride);
            else if (factors[i] % field.Stride == 0)
                inner += parts[i] * Term.Constant(factors[i] / field.Stride);
            else
            {
                Fail($"an access whose place in {region.Name} does not show: {address}");
                return null;
            }
        }

        int at = (int)((offset - field.Offset) % field.Stride);
        if (at % size != 0)
            Fail($"an access that is not aligned: {address}");
        Require("safety", Term.Less(outer, Term.Constant(region.Count)), $"the index into {region.Name} is below {region.Count}");
        Require("safety", Term.Less(inner, Term.Constant(field.Count)), $"the index into {field.Name} is below {field.Count}");
        return new Place(region, field, outer, inner, at);
    }

    private void RequireOwner(Place place, bool write)
    {
        if (place.Region.Access == Access.ReadOnly)
        {
            if (write)
                Fail($"a store to {place.Region.Name}, which is read-only");
            return;
        }

        Require("ownership", Owned(place), $"{place.Field.Name} is touched only by the CPU that it belongs to");
    }

    private Term Owned(Place place) =>
        Term.Equal(place.Region.Access == Access.PerVcpu ? place.Outer >>> Term.Constant(_environment.CpuShift) : place.Outer, _environment.Cpu);

    private void RequireAligned(Term address, int size) =>
        Require("safety", Term.Equal(address & Term.Constant((ulong)size - 1), Term.Constant(0)), "the access is aligned");

    /// <summary>The index of a load from a table in the text, if it is one.</summary>
    private Term? InText(Term address) =>
        address is { Kind: Kind.Sum, Arguments: [var index] } && _environment.Program.ConstantAt(address.Value, 4) is not null ? index : null;

    /// <summary>An address without choices and without words that the path has fixed; what the path has not decided splits it.</summary>
    private Term Fixed(Term address)
    {
        Term[] parts = address.Kind == Kind.Sum ? address.Arguments : [address];
        ulong[] factors = address.Kind == Kind.Sum ? address.Factors : [1];
        for (int i = 0; i < parts.Length; i++)
        {
            Term part = parts[i];
            if (part.Kind == Kind.Choose && factors[i] == 1)
            {
                Term truth = part.Arguments[0];
                Term chosen = part.Arguments[(Known(truth) ?? throw new SplitException(truth)) ? 1 : 2];
                return Fixed(address - part + chosen);
            }

            if (Fixes.TryGetValue(part, out ulong value))
                return Fixed(address + ((Term.Constant(value) - part) * Term.Constant(factors[i])));
        }

        return address;
    }
}
