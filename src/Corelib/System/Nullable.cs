using Internal.Runtime.CompilerHelpers;

namespace System;

public readonly struct Nullable<T>(T value) where T : struct
{
    // The compiler knows both fields, in this order.
    private readonly bool _hasValue = true;
    private readonly T _value = value;

    public bool HasValue => _hasValue;

    public T Value
    {
        get
        {
            if (!_hasValue)
                ThrowHelpers.ThrowNullReferenceException();
            return _value;
        }
    }

    public T GetValueOrDefault() => _value;

    public static implicit operator T?(T value) => new Nullable<T>(value);

    public static explicit operator T(T? value) => value!.Value;
}
