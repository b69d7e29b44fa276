"""Products, orders and their lines."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_desktop.database.base import Base, Versioned
from crm_desktop.database.types import FoldedText, Id, Now, Stamped, generated, one_of, representable


class Product(Versioned, Base):
    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("unit_price >= 0::numeric", name="unit_price"),
        Index("ix_products_name_key_id", "name_key", "id"),
    )

    id: Mapped[Id]
    sku: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    category: Mapped[str | None]
    unit_price: Mapped[Decimal] = mapped_column(Numeric(14, 2), server_default=text("0"))
    currency: Mapped[str] = mapped_column(server_default=text("'EUR'"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]
    name_key: Mapped[str] = mapped_column(FoldedText, generated("left(coalesce(crm.fold(name), ''), 300)"))


class Order(Versioned, Base):
    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        one_of("status", "open", "paid", "shipped", "completed", "cancelled", "refunded"),
        representable("ordered_at"),
        Index("ix_orders_customer_id_ordered_at", "customer_id", "ordered_at"),
        Index("ix_orders_ordered_at_id", "ordered_at", "id"),
    )

    id: Mapped[Id]
    order_number: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("crm.customers.id", ondelete="CASCADE"))
    ordered_at: Mapped[Now]
    status: Mapped[str] = mapped_column(server_default=text("'open'"))
    currency: Mapped[str] = mapped_column(server_default=text("'EUR'"))
    total: Mapped[Decimal] = mapped_column(Numeric(14, 2), server_default=text("0"))
    notes: Mapped[str | None]
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]


class OrderLine(Versioned, Base):
    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("discount_percent >= 0::numeric AND discount_percent <= 100::numeric", name="discount_percent"),
        Index("ix_order_lines_order_id", "order_id", "position"),
        Index("ix_order_lines_product_id", "product_id", postgresql_where=text("product_id IS NOT NULL")),
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("crm.orders.id", ondelete="CASCADE"))
    product_id: Mapped[UUID | None] = mapped_column(ForeignKey("crm.products.id", ondelete="RESTRICT"))
    position: Mapped[int] = mapped_column(server_default=text("1"))
    description: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Numeric(14, 3), server_default=text("1"))
    unit_price: Mapped[Decimal] = mapped_column(Numeric(14, 2), server_default=text("0"))
    discount_percent: Mapped[Decimal] = mapped_column(Numeric(5, 2), server_default=text("0"))
    line_total: Mapped[Decimal] = mapped_column(
        Numeric(14, 2),
        generated("round(quantity * unit_price * (100 - discount_percent) / 100, 2)"),
    )
    created_at: Mapped[Now]
    updated_at: Mapped[Stamped]
